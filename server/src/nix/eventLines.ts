import { type NixEvent, parseEventLine } from "./events.ts";

/** Bytes of an event stream -> its lines. A line may be cut anywhere between two chunks, also inside a character. */
export class EventLines {
  #rest: Buffer[] = [];
  #offset = 0;

  /**
   * Gives every line that `chunk` completes, without its line end, with the offset of the byte after it. Bytes that are not
   * UTF-8 become U+FFFD.
   */
  push(chunk: Buffer, take: (line: string, end: number) => void): void {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      const piece = chunk.subarray(start, end);
      const line = this.#rest.length === 0 ? piece : Buffer.concat([...this.#rest, piece]);
      this.#rest = [];
      this.#offset += end + 1 - start;
      take(line.toString("utf8"), this.#offset);
      start = end + 1;
    }
    if (start === chunk.length) return;
    this.#rest.push(Buffer.from(chunk.subarray(start)));
    this.#offset += chunk.length - start;
  }

  /** The line that has no end yet. */
  get pending(): string {
    return Buffer.concat(this.#rest).toString("utf8");
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
