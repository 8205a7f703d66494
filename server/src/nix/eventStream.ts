import { type NixEvent, parseEventLine, resultType } from "./events.ts";

/** How a result stands in the stream: all versions of Nix write the keys in the order of the alphabet. */
const resultStart = '@nix {"action":"result","fields":';
const beforeId = ',"id":';
const beforeType = ',"type":';

const startBytes = Buffer.from(resultStart);
const idBytes = Buffer.from(beforeId);
const tickBytes = Buffer.from(`${beforeType}${resultType.progress}}`);

/** Takes an event, with the offset of the byte after the line that it stands in. */
export type TakeEvent = (event: NixEvent, end: number) => void;

/** A tick of progress that has not been given. */
interface Tick {
  /** The digits of the activity's id that stand before the last nine. */
  readonly high: number;
  start: number;
  end: number;
}

/** The last nine digits of an id fit into a small integer. */
const lowDigits = 9;

/**
 * Bytes of an event stream -> its events. A line may be cut anywhere between two chunks, also inside a character. Nearly all
 * lines of a long build are ticks of progress, of which only the newest of each activity says anything: the others are not even
 * made a text. What an activity has reported is there before anything starts or stops, and at the end of a chunk.
 */
export class EventStream {
  /** The beginning of a line whose end has not come. */
  #rest: Buffer[] = [];
  #offset = 0;
  /** Last digits of an activity's id -> its newest tick. */
  readonly #ticks = new Map<number, Tick>();

  /** Gives the events of every line that `chunk` completes. Bytes that are not UTF-8 become U+FFFD. */
  push(chunk: Buffer, take: TakeEvent): void {
    const last = chunk.lastIndexOf(10);
    if (last === -1) {
      this.#rest.push(Buffer.from(chunk));
      return;
    }
    const first = this.#rest.length === 0 ? 0 : chunk.indexOf(10) + 1;
    if (first > 0) this.#read(Buffer.concat([...this.#rest, chunk.subarray(0, first)]), take);
    this.#read(chunk.subarray(first, last + 1), take);
    this.#rest = last + 1 === chunk.length ? [] : [Buffer.from(chunk.subarray(last + 1))];
  }

  /** @param lines each with its end. */
  #read(lines: Buffer, take: TakeEvent): void {
    for (let start = 0; start < lines.length; ) {
      const end = endOfLine(lines, start);
      if (!this.#keepTick(lines, start, end, take)) this.#give(lines, start, end, take);
      start = end + 1;
    }
    this.#giveTicks(lines, take, this.#offset + lines.length);
    this.#offset += lines.length;
  }

  /** Whether a line is a tick: it is kept instead of the last one of its activity. */
  #keepTick(lines: Buffer, start: number, end: number, take: TakeEvent): boolean {
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
    // Two ids that end alike are rare, and are not kept at once.
    if (tick !== undefined) this.#giveTicks(lines, take, this.#offset + start);
    this.#ticks.set(low, { high, start, end });
    return true;
  }

  #give(lines: Buffer, start: number, end: number, take: TakeEvent): void {
    const line = lines.toString("utf8", start, end);
    const after = this.#offset + end + 1;
    const result = plainResult(line);
    if (result !== undefined) return take(result, after);
    this.#giveTicks(lines, take, this.#offset + start);
    for (const event of eventsOf(line)) take(event, after);
  }

  #giveTicks(lines: Buffer, take: TakeEvent, end: number): void {
    if (this.#ticks.size === 0) return;
    for (const tick of this.#ticks.values()) take(parseEventLine(lines.toString("utf8", tick.start, tick.end)), end);
    this.#ticks.clear();
  }
}

/** Where the line that begins at `start` ends. It has an end. */
function endOfLine(lines: Buffer, start: number): number {
  // Most lines are short: a call that looks for the byte costs more than looking.
  const near = Math.min(start + 100, lines.length);
  for (let at = start; at < near; at++) if (lines[at] === 10) return at;
  return lines.indexOf(10, near);
}

function isAt(bytes: Buffer, at: number, expected: Buffer): boolean {
  if (at < 0) return false;
  for (let i = 0; i < expected.length; i++) if (bytes[at + i] !== expected[i]) return false;
  return true;
}

function isDigit(code: number | undefined): boolean {
  return code !== undefined && code >= 48 && code <= 57;
}

/** A result as Nix writes it, read without looking for every key; undefined for any other line. */
function plainResult(line: string): NixEvent | undefined {
  if (!line.startsWith(resultStart)) return undefined;
  const endOfType = line.length - 1;
  const type = startOfNumber(line, endOfType);
  const endOfId = type - beforeType.length;
  const id = startOfNumber(line, endOfId);
  const endOfFields = id - beforeId.length;
  const isPlain =
    line.endsWith("}") &&
    type < endOfType &&
    line.startsWith(beforeType, endOfId) &&
    id < endOfId &&
    line.startsWith(beforeId, endOfFields);
  const fields = isPlain ? plainFields(line.slice(resultStart.length, endOfFields)) : undefined;
  return fields && { action: "result", id: line.slice(id, endOfId), type: Number(line.slice(type, endOfType)), fields };
}

/** Where the digits before `end` begin. */
function startOfNumber(text: string, end: number): number {
  let start = end;
  while (start > 0 && isDigit(text.charCodeAt(start - 1))) start--;
  return start;
}

function plainFields(json: string): (string | number)[] | undefined {
  // A line of a log, unless something in it is escaped.
  const text = json.slice(2, -2);
  if (json.startsWith('["') && json.endsWith('"]') && !text.includes('"') && !text.includes("\\")) return [text];
  try {
    const fields: unknown = JSON.parse(json);
    const isPlain =
      Array.isArray(fields) && fields.every(field => typeof field === "string" || typeof field === "number");
    return isPlain ? fields : undefined;
  } catch {
    return undefined;
  }
}

/** More pieces than this are not looked for in one line. */
const maxPieces = 100;

/**
 * The events of a line: one, or more where a write that a full disk cut short is glued to the next line. What was cut is kept
 * as unknown.
 */
export function eventsOf(line: string): NixEvent[] {
  const events: NixEvent[] = [];
  let rest = line;
  for (;;) {
    const event = parseEventLine(rest);
    const isWhole = (event.action !== "unknown" && event.action !== "text") || events.length + 1 >= maxPieces;
    const glued = isWhole ? -1 : rest.indexOf("@nix {", 1);
    if (glued === -1) return [...events, event];
    events.push(parseEventLine(rest.slice(0, glued)));
    rest = rest.slice(glued);
  }
}
