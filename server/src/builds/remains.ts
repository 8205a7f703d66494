import { stat } from "node:fs/promises";
import type { Place } from "../protocol.ts";
import { inspectWhole, readWhole } from "../storage/wholeFile.ts";
import { recordFiles } from "./files.ts";
import type { BuildRecords, BuildResult, EvaluationResult } from "./record.ts";
import { isEvaluationResult, isFields, isPlace, isResult, isText, isTime } from "./recordShapes.ts";

/** What is left of a record whose request is missing or cannot be read. */
export interface Remains {
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
  readonly supervisorAlive: boolean;
  readonly nixAlive: boolean;
  readonly evaluation?: EvaluationResult | undefined;
  readonly result?: BuildResult | undefined;
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
export async function remainsOf(records: BuildRecords, id: string, now: number): Promise<Remains | undefined> {
  const folder = records.folderOf(id);
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined || !found.isDirectory() || now - found.mtimeMs < beingMade) return undefined;
  const evaluation = await records.read(id, "evaluation", isEvaluationResult);
  // Whatever is an object may still hold a part of what it should.
  const [request, summary] = await Promise.all([
    readWhole(folder, recordFiles.request, isFields),
    readWhole(folder, recordFiles.summary, isFields),
  ]);
  const known = { machine: evaluation?.evaluation?.machine, ...texts(summary), ...texts(request) };
  return {
    ...known,
    id,
    folder,
    why: await whyUnread(folder),
    ...(await records.processes(id)),
    evaluation,
    result: await records.read(id, "result", isResult),
    pinned: await records.isPinned(id),
  };
}

/** The same of a record of which nothing can be read. */
export function unreadRemains(id: string, folder: string, why: string): Remains {
  return { id, folder, why, supervisorAlive: false, nixAlive: false, pinned: false };
}

/** What can be used of a request or a summary that is damaged. */
function texts(file: Readonly<Record<string, unknown>> = {}): Partial<Remains> {
  const { machine, uri, attribute, place, startedAt } = file;
  return {
    ...(isText(machine) && machine !== "" && { machine }),
    ...(isText(uri) && URL.canParse(uri) && { uri }),
    ...(isText(attribute) && { attribute }),
    ...(isPlace(place) && { place }),
    ...(isTime(startedAt) && { startedAt }),
  };
}

async function whyUnread(folder: string): Promise<string> {
  const found = await inspectWhole(folder, recordFiles.request, isFields);
  switch (found.kind) {
    case "absent":
      return `${recordFiles.request}: missing`;
    case "unreadable":
      return `${recordFiles.request}: ${found.why}`;
    default:
      return `${recordFiles.request}: another content than expected`;
  }
}
