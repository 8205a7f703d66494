import { stat } from "node:fs/promises";
import type * as v from "valibot";
import type { Batch, Place } from "../../protocol.ts";
import type { CommandResult } from "../../records/format/schemas.ts";
import { type CommandLiveness, nothingRuns } from "../../records/processes/liveness.ts";
import { inspectWhole, readWhole } from "../../storage/wholeFile.ts";
import type { BuildFacts } from "./facts.ts";
import { recordFiles } from "./files.ts";
import type { BuildRecords, EvaluationResult } from "./record.ts";
import { readableParts, recordSchemas } from "./schemas.ts";

/** The readable parts of a record whose request is missing or malformed. */
export interface DamagedRecord {
  readonly id: string;
  readonly folder: string;
  /** Why the request cannot be read. */
  readonly why: string;
  /** Absent if no file contains it. */
  readonly machine?: string | undefined;
  readonly uri?: string | undefined;
  readonly attribute?: string | undefined;
  readonly batch?: Batch | undefined;
  readonly place?: Place | undefined;
  /** ISO 8601. */
  readonly startedAt?: string | undefined;
  /** Whether its supervisor and Nix are running, according to its host. */
  readonly liveness: CommandLiveness;
  readonly evaluation?: EvaluationResult | undefined;
  readonly result?: CommandResult | undefined;
  readonly pinned: boolean;
}

/** How long another window may take between creating a folder and writing its request (ms). */
const creationTime = 10_000;

/**
 * Reads the other files of a damaged record. Undefined when there is no such folder, or when it was modified so recently that
 * another window may still be creating the record.
 *
 * @param now epoch milliseconds
 */
export async function damagedRecordOf(
  records: BuildRecords,
  facts: BuildFacts,
  id: string,
  now: number,
): Promise<DamagedRecord | undefined> {
  const folder = records.folderOf(id);
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined || !found.isDirectory() || now - found.mtimeMs < creationTime) return undefined;
  const evaluation = await records.read(id, "evaluation");
  // Even a malformed object may contain some valid parts.
  const [request, summary] = await Promise.all([
    readWhole(folder, recordFiles.request, readableParts),
    readWhole(folder, recordFiles.summary, readableParts),
  ]);
  const known = { machine: evaluation?.evaluation?.machine, ...present(summary), ...present(request) };
  return {
    ...known,
    id,
    folder,
    why: await whyUnread(folder),
    liveness: await facts.liveness(id),
    evaluation,
    result: await records.read(id, "result"),
    pinned: await records.isPinned(id),
  };
}

/** The same for a record of which nothing can be read. */
export function unreadableRecord(id: string, folder: string, why: string): DamagedRecord {
  return { id, folder, why, liveness: nothingRuns, pinned: false };
}

/** The parts that are present. */
function present(parts: v.InferOutput<typeof readableParts> | undefined): Partial<DamagedRecord> {
  return Object.fromEntries(Object.entries(parts ?? {}).filter(([, value]) => value !== undefined));
}

async function whyUnread(folder: string): Promise<string> {
  const name = recordFiles.request;
  const found = await inspectWhole(folder, name, recordSchemas.request);
  if (found.kind === "value") return `${name}: belongs to another build`;
  return found.kind === "absent" ? `${name}: missing` : `${name}: ${found.why}`;
}
