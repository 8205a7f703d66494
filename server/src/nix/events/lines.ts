import { resultType } from "./events.ts";

/** The start of a result in the stream: all versions of Nix write the keys in alphabetical order. */
export const resultStart = '@nix {"action":"result","fields":';
export const beforeId = ',"id":';
export const beforeType = ',"type":';

const startBytes = Buffer.from(resultStart);
const idBytes = Buffer.from(beforeId);
const typeBytes = Buffer.from(beforeType);
const markBytes = Buffer.from("@nix {");
const lineEnd = Buffer.from("\n");
const closingBrace = 125;
const tickBytes = Buffer.from(`${beforeType}${resultType.progress}}`);

/** Gets the line from `start` to `end` in `bytes`, without its line end, and the stream offset `after` it. */
export type TakeLine = (bytes: Buffer, start: number, end: number, after: number) => void;

/** A progress result that has not been delivered. */
interface Tick {
  /** The digits of the activity's id before the last nine. */
  readonly high: number;
  start: number;
  end: number;
}

/** Longer lines are skipped (bytes). Nix sends each log line as one event; no other event is as long. */
export const maxLineBytes = 16 * 1024 * 1024;

/** The last nine digits of an id fit into a small integer. */
const lowDigits = 9;

/**
 * Splits the bytes of an event stream into lines. A line may be split anywhere between two chunks, even inside a character.
 * Nearly all lines of a long build are progress results ("ticks"), of which only the newest of each activity matters: the
 * others are dropped before they are decoded. Pending ticks are delivered before any activity starts or stops, and at the end
 * of a chunk.
 *
 * Where a log was cut while Nix wrote it (`supervise/liveCut.ts`), there is any number of NULs up to a line end, perhaps
 * preceded by part of a line. Nix itself writes no NULs: in a line with one, the text before it is delivered if it looks like a
 * complete event, and the rest is skipped.
 */
export class EventLines {
  /** The beginning of an incomplete line. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  #offset = 0;
  /** Whether the rest of the current line is skipped: it has a NUL or is too long. */
  #isInHole = false;
  /** Last digits of an activity's id -> its newest tick. */
  readonly #ticks = new Map<number, Tick>();

  /** Delivers every line that `chunk` completes. */
  push(chunk: Buffer, take: TakeLine): void {
    for (let at = 0; at < chunk.length; ) {
      if (this.#isInHole) {
        at = this.#skipHole(chunk, at);
        continue;
      }
      const hole = chunk.indexOf(0, at);
      this.#pushText(chunk.subarray(at, hole === -1 ? chunk.length : hole), take);
      if (hole === -1) return;
      this.#endLineAtHole(take);
      at = hole + 1;
    }
  }

  /** Skips to the line after the one with the hole. */
  #skipHole(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(10, at);
    this.#isInHole = end === -1;
    const next = end === -1 ? chunk.length : end + 1;
    this.#offset += next - at;
    return next;
  }

  /** Delivers or drops the part of a line before a NUL. */
  #endLineAtHole(take: TakeLine): void {
    const line = Buffer.concat([...this.#rest, lineEnd]);
    this.#setRest();
    this.#isInHole = true;
    const isWhole = isAt(line, 0, markBytes) && line.at(-2) === closingBrace;
    if (isWhole) this.#read(line, take);
    else this.#offset += line.length;
  }

  #pushText(chunk: Buffer, take: TakeLine): void {
    if (chunk.length === 0) return;
    const last = chunk.lastIndexOf(10);
    if (last === -1) {
      this.#addRest(chunk);
      return;
    }
    const first = this.#rest.length === 0 ? 0 : chunk.indexOf(10) + 1;
    if (first > 0) this.#read(Buffer.concat([...this.#rest, chunk.subarray(0, first)]), take);
    this.#read(chunk.subarray(first, last + 1), take);
    this.#setRest();
    if (last + 1 < chunk.length) this.#addRest(chunk.subarray(last + 1));
  }

  #setRest(): void {
    this.#rest = [];
    this.#restBytes = 0;
  }

  /** Keeps the next piece of an incomplete line, unless the line is too long. */
  #addRest(piece: Buffer): void {
    this.#rest.push(Buffer.from(piece));
    this.#restBytes += piece.length;
    if (this.#restBytes <= maxLineBytes) return;
    this.#offset += this.#restBytes;
    this.#setRest();
    this.#isInHole = true;
  }

  /** @param lines each with its end. */
  #read(lines: Buffer, take: TakeLine): void {
    for (let start = 0; start < lines.length; ) {
      const end = endOfLine(lines, start);
      if (!this.#keepTick(lines, start, end, take)) {
        if (!isResult(lines, start, end)) this.#deliverTicks(lines, take, start);
        take(lines, start, end, this.#offset + end + 1);
      }
      start = end + 1;
    }
    this.#deliverTicks(lines, take, lines.length);
    this.#offset += lines.length;
  }

  /** Whether a line is a tick; if so, it replaces the last one of its activity. */
  #keepTick(lines: Buffer, start: number, end: number, take: TakeLine): boolean {
    const endOfId = end - tickBytes.length;
    if (!isAt(lines, endOfId, tickBytes) || !isAt(lines, start, startBytes)) return false;
    let [low, high, scale, at] = [0, 0, 1, endOfId - 1];
    for (; isDigit(lines[at]); at--, scale *= 10) {
      const digit = (lines[at] ?? 0) - 48;
      if (endOfId - at <= lowDigits) low += digit * scale;
      else high += digit * scale;
    }
    if (at === endOfId - 1 || !isAt(lines, at + 1 - idBytes.length, idBytes)) return false;
    const tick = this.#ticks.get(low);
    if (tick !== undefined && tick.high === high) {
      tick.start = start;
      tick.end = end;
      return true;
    }
    // Two ids with the same last digits are rare; only one of them is kept.
    if (tick !== undefined) this.#deliverTicks(lines, take, start);
    this.#ticks.set(low, { high, start, end });
    return true;
  }

  #deliverTicks(lines: Buffer, take: TakeLine, end: number): void {
    if (this.#ticks.size === 0) return;
    for (const tick of this.#ticks.values()) take(lines, tick.start, tick.end, this.#offset + end);
    this.#ticks.clear();
  }
}

/** Whether a line is a result, and not the beginning of one that was cut, with another event glued to it. */
function isResult(lines: Buffer, start: number, end: number): boolean {
  if (!isAt(lines, start, startBytes) || lines[end - 1] !== closingBrace) return false;
  const type = startOfDigits(lines, end - 1) - typeBytes.length;
  return isAt(lines, type, typeBytes) && isAt(lines, startOfDigits(lines, type) - idBytes.length, idBytes);
}

/** Where the digits before `end` begin. */
function startOfDigits(bytes: Buffer, end: number): number {
  let start = end;
  while (isDigit(bytes[start - 1])) start--;
  return start;
}

/** Where the line that begins at `start` ends. The line must be complete. */
function endOfLine(lines: Buffer, start: number): number {
  // Most lines are short: a loop is faster than calling `indexOf`.
  const near = Math.min(start + 100, lines.length);
  for (let at = start; at < near; at++) if (lines[at] === 10) return at;
  return lines.indexOf(10, near);
}

/** Whether `expected` is at an offset; false for a negative one. */
export function isAt(bytes: Buffer, at: number, expected: Buffer): boolean {
  if (at < 0) return false;
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false;
  return true;
}

export function isDigit(code: number | undefined): boolean {
  return code !== undefined && code >= 48 && code <= 57;
}
