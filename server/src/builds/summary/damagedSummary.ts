import * as l10n from "@vscode/l10n";
import { URI } from "vscode-uri";
import { errorProblem } from "../../outcome.ts";
import type { BuildSummary, Problem } from "../../protocol.ts";
import type { DamagedRecord } from "../record/damagedRecord.ts";

const nothingDone = { done: 0, running: 0, failed: 0, expected: 0 };
const nothingTransferred = { running: 0, done: 0, bytesDone: 0, bytesExpected: 0 };

/**
 * Shows a damaged record as a build: `lost`, or `building` while Nix or its supervisor is alive, so that it can be cancelled and is
 * neither removed nor pruned. If its network is unknown, the URI is that of the damaged file, so that opening it shows the damage.
 *
 * @param known the last published summary before the damage.
 */
export function damagedSummary(record: DamagedRecord, known: BuildSummary | undefined): BuildSummary {
  const { id, folder, evaluation, result, pinned } = record;
  return {
    id,
    uri: record.uri ?? known?.uri ?? URI.file(`${folder}/request.json`).toString(),
    machine: record.machine ?? known?.machine ?? id,
    attribute: record.attribute ?? known?.attribute,
    batch: record.batch ?? known?.batch,
    system: evaluation?.evaluation?.system,
    place: record.place ?? known?.place ?? { kind: "schedule" },
    revision: known?.revision ?? 0,
    state: record.liveness.supervisor === "alive" || record.liveness.command === "alive" ? "building" : "lost",
    startedAt: record.startedAt ?? known?.startedAt ?? timeOfId(id),
    stoppedAt: result?.at,
    drvPath: evaluation?.evaluation?.drvPath,
    outPath: evaluation?.evaluation?.outPath,
    kept: { pinned },
    progress: nothingDone,
    transfers: nothingTransferred,
    failure: damagedRecord(record),
  };
}

function damagedRecord({ folder, why }: DamagedRecord): Problem {
  return errorProblem(
    "damaged-record",
    l10n.t(
      "The record of this build is damaged: its request cannot be read. 'Remove Build' deletes the record and its GC roots; other builds are not affected.",
    ),
    `${folder}\n${why}`,
  );
}

/** When a record was created: its id starts with that time (epoch ms in base 36). */
function timeOfId(id: string): string {
  const time = new Date(Number.parseInt(id, 36));
  return (Number.isNaN(time.getTime()) ? new Date(0) : time).toISOString();
}
