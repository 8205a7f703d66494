import * as l10n from "@vscode/l10n";
import { URI } from "vscode-uri";
import { errorProblem } from "../../outcome.ts";
import type { BuildSummary, Problem } from "../../protocol.ts";
import type { DamagedRecord } from "../record/damagedRecord.ts";

const nothingDone = { done: 0, running: 0, failed: 0, expected: 0 };
const nothingMoved = { running: 0, done: 0, bytesDone: 0, bytesExpected: 0 };

/**
 * A damaged record as a build: `lost`, or `building` while Nix or its supervisor lives, so that it can be cancelled and is neither
 * removed nor pruned. A network that nobody knows any more is the damaged file itself: who wants to see it sees that.
 *
 * @param known what was told of it before it was damaged.
 */
export function damagedSummary(record: DamagedRecord, known: BuildSummary | undefined): BuildSummary {
  const { id, folder, evaluation, result, pinned } = record;
  return {
    id,
    uri: record.uri ?? known?.uri ?? URI.file(`${folder}/request.json`).toString(),
    machine: record.machine ?? known?.machine ?? id,
    attribute: record.attribute ?? known?.attribute,
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
    transfers: nothingMoved,
    failure: damagedRecord(record),
  };
}

function damagedRecord({ folder, why }: DamagedRecord): Problem {
  return errorProblem(
    "damaged-record",
    l10n.t(
      "The record of this build is damaged: the request it was started with cannot be read. 'Remove Build' drops it, with what it keeps in the store; other builds are unharmed.",
    ),
    `${folder}\n${why}`,
  );
}

/** When a record was made: its id begins with that (epoch ms in base 36). */
function timeOfId(id: string): string {
  const time = new Date(Number.parseInt(id, 36));
  return (Number.isNaN(time.getTime()) ? new Date(0) : time).toISOString();
}
