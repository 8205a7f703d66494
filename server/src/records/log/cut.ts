import { resultType } from "../../nix/events/events.ts";
import { beforeId, beforeType, isAt, isDigit, resultStart } from "../../nix/events/lines.ts";
import type { LogLimit } from "../format/schemas.ts";

/** The line that says in the log of an activity that it was cut, without its end. */
export function noticeLine({ notice }: LogLimit, activity: string): string {
  return `${resultStart}${JSON.stringify([notice])}${beforeId}${activity}${beforeType}${resultType.buildLogLine}}`;
}

/** Neighbouring lines of a stream that are not kept: from `start` up to `end`, which is after a line's end (bytes). */
export interface GivenUp {
  readonly start: number;
  readonly end: number;
  /** Lines of logs are among them, not only ticks of progress. */
  readonly hasLog: boolean;
  /** What has to stand at `start` instead: lines that say so, each but the last with its end. Not longer than what is given up. */
  readonly notices: Buffer;
}

interface Line {
  readonly start: number;
  readonly end: number;
  /** A hole was given up before, by a supervisor that was killed since. */
  readonly kind: "log" | "tick" | "result" | "other" | "hole";
  /** Of the activity that a log line or a tick belongs to. */
  readonly id: string;
  isGivenUp: boolean;
}

const mark = Buffer.from("@nix {");
const start = Buffer.from(resultStart);
const idBytes = Buffer.from(beforeId);
const ends = {
  log: Buffer.from(`${beforeType}${resultType.buildLogLine}}`),
  tick: Buffer.from(`${beforeType}${resultType.progress}}`),
} as const;

/**
 * Chooses what is given up of an event stream whose log grows beyond its limit: the lines of logs from there on, and the ticks of
 * progress that newer ones of the same activity overtake before anything starts or stops. All else tells how the build goes and
 * stays, so what can be known of it stays the same.
 */
export class LogCut {
  readonly #limit: LogLimit;
  #left: number;
  /** Activities whose log says that it was cut. */
  readonly #told = new Set<string>();

  constructor(limit: LogLimit) {
    this.#limit = limit;
    this.#left = limit.bytes;
  }

  /** @param bytes the next lines of the stream, each with its end. The offsets of what is given up count from their beginning. */
  take(bytes: Buffer): GivenUp[] {
    const lines = linesOf(bytes);
    for (const { kind, start, end } of lines) if (kind === "hole") this.#noteTold(bytes.subarray(start, end));
    this.#choose(lines);
    const given: GivenUp[] = [];
    for (let from = 0; from < lines.length; from++) {
      let to = from;
      while (lines[to]?.isGivenUp) to++;
      const run = this.#run(lines.slice(from, to));
      if (run !== undefined) given.push(run);
      from = to;
    }
    return given;
  }

  /** What an earlier supervisor has written into a hole is not written again. */
  #noteTold(hole: Buffer): void {
    const [before, after] = [`${resultStart}${JSON.stringify([this.#limit.notice])}${beforeId}`, beforeType];
    const text = hole.toString("utf8", 0, hole.indexOf(0));
    if (!text.startsWith(before)) return;
    const id = text.slice(before.length, text.indexOf(after, before.length));
    if (/^\d+$/.test(id)) this.#told.add(id);
  }

  #choose(lines: readonly Line[]): void {
    const newest = new Map<string, Line>();
    for (const line of lines) {
      if (line.kind === "other" || line.kind === "hole") newest.clear();
      if (line.kind === "tick") {
        const overtaken = newest.get(line.id);
        if (overtaken !== undefined) overtaken.isGivenUp = true;
        newest.set(line.id, line);
      } else {
        if (line.kind !== "hole") this.#left -= line.end - line.start;
        line.isGivenUp = line.kind === "log" && this.#left < 0;
      }
    }
  }

  /** Where there is no room for what has to be said, nothing is given up. */
  #run(lines: readonly Line[]): GivenUp | undefined {
    const [first, last] = [lines[0], lines.at(-1)];
    if (first === undefined || last === undefined) return undefined;
    const logs = lines.filter(({ kind }) => kind === "log");
    const untold = [...new Set(logs.map(({ id }) => id))].filter(id => !this.#told.has(id));
    const notices = Buffer.from(untold.map(id => `${noticeLine(this.#limit, id)}\0`).join("\n"));
    if (notices.length >= last.end - first.start) return undefined;
    for (const id of untold) this.#told.add(id);
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
    lines.push({ start: at, end, ...kind, isGivenUp: false });
    at = end;
  }
  return lines;
}

/** @param end without the line's end. */
function kindOf(bytes: Buffer, from: number, end: number): Pick<Line, "kind" | "id"> {
  if (!isAt(bytes, from, start)) return { kind: "other", id: "" };
  // What a full disk has glued together may hold anything: a quote within a line of Nix's is escaped.
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
