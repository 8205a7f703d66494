import { resultType } from "../../nix/events/events.ts";
import { beforeId, beforeType, isAt, isDigit, resultStart } from "../../nix/events/lines.ts";
import type { LogLimit } from "../format/schemas.ts";

/** The log line of an activity that reports the cut, without its line break. */
export function noticeLine({ notice }: LogLimit, activity: string): string {
  return `${resultStart}${JSON.stringify([notice])}${beforeId}${activity}${beforeType}${resultType.buildLogLine}}`;
}

/** Consecutive lines of a stream to discard: from `start` to `end`, which is after a line break (bytes). */
export interface Discarded {
  readonly start: number;
  readonly end: number;
  /** Whether log lines are among them, and not only progress events. */
  readonly hasLog: boolean;
  /** What to write at `start` instead: notices, separated by line breaks. Shorter than what is discarded. */
  readonly notices: Buffer;
}

interface Line {
  readonly start: number;
  readonly end: number;
  /** A hole was discarded earlier, by a supervisor that has been killed since. */
  readonly kind: "log" | "tick" | "result" | "other" | "hole";
  /** The activity that a log line or a progress event (tick) belongs to. */
  readonly id: string;
  isDiscarded: boolean;
}

const mark = Buffer.from("@nix {");
const start = Buffer.from(resultStart);
const idBytes = Buffer.from(beforeId);
const ends = {
  log: Buffer.from(`${beforeType}${resultType.buildLogLine}}`),
  tick: Buffer.from(`${beforeType}${resultType.progress}}`),
} as const;

/**
 * Chooses what to discard from an event stream whose log exceeds its limit: log lines from there on, and progress events (ticks)
 * that a newer one of the same activity supersedes before anything starts or stops. Everything else is kept, so the state of the
 * build that follows from the stream stays the same.
 */
export class LogCut {
  readonly #limit: LogLimit;
  #left: number;
  /** Activities whose log has the notice. */
  readonly #noticed = new Set<string>();

  constructor(limit: LogLimit) {
    this.#limit = limit;
    this.#left = limit.bytes;
  }

  /** @param bytes the next lines of the stream, each with its line break. Returned offsets are relative to its start. */
  take(bytes: Buffer): Discarded[] {
    const lines = linesOf(bytes);
    for (const { kind, start, end } of lines) if (kind === "hole") this.#noteNotices(bytes.subarray(start, end));
    this.#choose(lines);
    const discarded: Discarded[] = [];
    for (let from = 0; from < lines.length; from++) {
      let to = from;
      while (lines[to]?.isDiscarded) to++;
      const run = this.#run(lines.slice(from, to));
      if (run !== undefined) discarded.push(run);
      from = to;
    }
    return discarded;
  }

  /** Notices that an earlier supervisor wrote into a hole are not written again. */
  #noteNotices(hole: Buffer): void {
    const [before, after] = [`${resultStart}${JSON.stringify([this.#limit.notice])}${beforeId}`, beforeType];
    const text = hole.toString("utf8", 0, hole.indexOf(0));
    if (!text.startsWith(before)) return;
    const id = text.slice(before.length, text.indexOf(after, before.length));
    if (/^\d+$/.test(id)) this.#noticed.add(id);
  }

  #choose(lines: readonly Line[]): void {
    const newest = new Map<string, Line>();
    for (const line of lines) {
      if (line.kind === "other" || line.kind === "hole") newest.clear();
      if (line.kind === "tick") {
        const superseded = newest.get(line.id);
        if (superseded !== undefined) superseded.isDiscarded = true;
        newest.set(line.id, line);
      } else {
        if (line.kind !== "hole") this.#left -= line.end - line.start;
        line.isDiscarded = line.kind === "log" && this.#left < 0;
      }
    }
  }

  /** Discards nothing if the notices would not fit. */
  #run(lines: readonly Line[]): Discarded | undefined {
    const [first, last] = [lines[0], lines.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    const logs = lines.filter(({ kind }) => kind === "log");
    const unnoticed = [...new Set(logs.map(({ id }) => id))].filter(id => !this.#noticed.has(id));
    const notices = Buffer.from(unnoticed.map(id => `${noticeLine(this.#limit, id)}\0`).join("\n"));
    if (notices.length >= last.end - first.start) return undefined;
    for (const id of unnoticed) this.#noticed.add(id);
    return { start: first.start, end: last.end, hasLog: logs.length > 0, notices };
  }
}

function linesOf(bytes: Buffer): Line[] {
  const lines: Line[] = [];
  let hole = bytes.indexOf(0);
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at) + 1;
    if (end === 0) break;
    if (hole !== -1 && hole < at) hole = bytes.indexOf(0, at);
    const isHole = hole !== -1 && hole < end;
    const kind = isHole ? ({ kind: "hole", id: "" } as const) : kindOf(bytes, at, end - 1);
    lines.push({ start: at, end, ...kind, isDiscarded: false });
    at = end;
  }
  return lines;
}

/** @param end before the line break. */
function kindOf(bytes: Buffer, from: number, end: number): Pick<Line, "kind" | "id"> {
  if (!isAt(bytes, from, start)) return { kind: "other", id: "" };
  // After a full disk, two lines may be glued together. A quote within one line of Nix is escaped, so a second mark shows this.
  if (bytes.lastIndexOf(mark, end) !== from) return { kind: "other", id: "" };
  for (const kind of ["log", "tick"] as const) {
    const endOfId = end - ends[kind].length;
    if (!isAt(bytes, endOfId, ends[kind])) continue;
    let at = endOfId;
    while (isDigit(bytes[at - 1])) at--;
    if (at < endOfId && isAt(bytes, at - idBytes.length, idBytes))
      return { kind, id: bytes.toString("latin1", at, endOfId) };
  }
  return { kind: "result", id: "" };
}
