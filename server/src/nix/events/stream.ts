import { type NixEvent, parseEventLine } from "./events.ts";
import { beforeId, beforeType, EventLines, resultStart } from "./lines.ts";

/** Takes an event, with the offset of the byte after the line that it stands in. */
export type TakeEvent = (event: NixEvent, end: number) => void;

/** Bytes of an event stream -> its events, without the ticks of progress that newer ones overtake (`EventLines`). */
export class EventStream {
  readonly #lines = new EventLines();

  /** Gives the events of every line that `chunk` completes. Bytes that are not UTF-8 become U+FFFD. */
  push(chunk: Buffer, take: TakeEvent): void {
    this.#lines.push(chunk, (bytes, start, end, after) => {
      const line = bytes.toString("utf8", start, end);
      const result = plainResult(line);
      if (result !== undefined) return take(result, after);
      for (const event of eventsOf(line)) take(event, after);
    });
  }
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

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}

/** More pieces than this are not looked for in one line. */
const maxPieces = 100;

/** Fewer where the line is long, as each look reads all that is left of it (characters in all). */
const maxRead = 4 * 1024 * 1024;

/**
 * The events of a line: one, or more where a write that a full disk cut short is glued to the next line. What was cut is kept
 * as unknown.
 */
export function eventsOf(line: string): NixEvent[] {
  const events: NixEvent[] = [];
  const most = Math.min(maxPieces, Math.max(2, maxRead / line.length));
  let rest = line;
  for (;;) {
    const event = parseEventLine(rest);
    const isWhole = (event.action !== "unknown" && event.action !== "text") || events.length + 1 >= most;
    const glued = isWhole ? -1 : rest.indexOf("@nix {", 1);
    if (glued === -1) return [...events, event];
    events.push(parseEventLine(rest.slice(0, glued)));
    rest = rest.slice(glued);
  }
}
