import { stat } from "node:fs/promises";
import type * as v from "valibot";
import type { Place } from "../../protocol.ts";
import type { CommandResult } from "../../records/format/schemas.ts";
import { type CommandLiveness, nothingRuns } from "../../records/processes/liveness.ts";
import { inspectWhole, readWhole } from "../../storage/wholeFile.ts";
import type { BuildFacts } from "./facts.ts";
import { recordFiles } from "./files.ts";
import type { BuildRecords, EvaluationResult } from "./record.ts";
import { readableParts, recordSchemas } from "./schemas.ts";

/** What is left of a record whose request is missing or cannot be read. */
export interface DamagedRecord {
  readonly id: string;
  readonly folder: string;
  /** What kept the request from being read. */
  readonly why: string;
  /** Absent where no file says it. */
  readonly machine?: string | undefined;
  readonly uri?: string | undefined;
  readonly attribute?: string | undefined;
  readonly place?: Place | undefined;
  /** ISO 8601. */
  readonly startedAt?: string | undefined;
  /** What its host says of its supervisor and of Nix. */
  readonly liveness: CommandLiveness;
  readonly evaluation?: EvaluationResult | undefined;
  readonly result?: CommandResult | undefined;
  readonly pinned: boolean;
}

/** Between making a folder and putting its request there, another window has so long (ms). */
const beingMade = 10_000;

/**
 * Looks for what the other files of a damaged record still say. Undefined when the folder is gone, is none, or was touched so
 * short a time ago that somebody may still be making the record.
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
  if (found === undefined || !found.isDirectory() || now - found.mtimeMs < beingMade) return undefined;
  const evaluation = await records.read(id, "evaluation");
  // Whatever is an object may still hold a part of what it should.
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

/** The same of a record of which nothing can be read. */
export function unreadableRecord(id: string, folder: string, why: string): DamagedRecord {
  return { id, folder, why, liveness: nothingRuns, pinned: false };
}

/** The parts that are there. */
function present(parts: v.InferOutput<typeof readableParts> | undefined): Partial<DamagedRecord> {
  return Object.fromEntries(Object.entries(parts ?? {}).filter(([, value]) => value !== undefined));
}

async function whyUnread(folder: string): Promise<string> {
  const name = recordFiles.request;
  const found = await inspectWhole(folder, name, recordSchemas.request);
  if (found.kind === "value") return `${name}: that of another build`;
  return found.kind === "absent" ? `${name}: missing` : `${name}: ${found.why}`;
}
