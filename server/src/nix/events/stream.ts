import { type NixEvent, parseEventLine } from "./events.ts";
import { beforeId, beforeType, EventLines, resultStart } from "./lines.ts";

/** Gets an event and the stream offset after its line. */
export type TakeEvent = (event: NixEvent, end: number) => void;

/** Parses the bytes of an event stream, without the progress results that newer ones supersede (`EventLines`). */
export class EventStream {
  readonly #lines = new EventLines();

  /** Delivers the events of every line that `chunk` completes. Invalid UTF-8 becomes U+FFFD. */
  push(chunk: Buffer, take: TakeEvent): void {
    this.#lines.push(chunk, (bytes, start, end, after) => {
      const line = bytes.toString("utf8", start, end);
      const result = plainResult(line);
      if (result !== undefined) return take(result, after);
      for (const event of eventsOf(line)) take(event, after);
    });
  }
}

/** Parses a result as Nix writes it, without searching for every key; undefined for any other line. */
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
  // A log line without escapes.
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

/** The most events that are searched for in one line. */
const maxPieces = 100;

/** Fewer in a long line, as each search scans the rest of it (characters in total). */
const maxRead = 4 * 1024 * 1024;

/**
 * The events of a line: one, or more if a write that a full disk truncated is joined to the next line. A truncated event is
 * returned as unknown.
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
