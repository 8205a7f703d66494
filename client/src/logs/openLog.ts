import type { Span } from "./colours/sgr.ts";
import type { LogText } from "./logText.ts";
import { Pace } from "./pace.ts";

const plain: readonly Span[] = [];

/** A log that is open as a document. Above its lines is a heading when earlier ones are left out. Knows no VS Code. */
export class OpenLog {
  readonly text: LogText;
  readonly pace = new Pace();
  reading = false;
  /** More was read than is shown. */
  grown = false;
  /** How many lines were left out of the text that was given last, and of the one that the document has. */
  #given = 0;
  #shown: number | undefined;

  constructor(text: LogText) {
    this.text = text;
  }

  /**
   * The whole text of the document; empty when nothing has been printed.
   * @param heading what stands above a text of which so many lines are left out.
   */
  give(heading: (leftOut: number) => string): string {
    const { text, leftOut } = this.text;
    this.grown = false;
    this.#given = leftOut;
    this.#shown ??= leftOut;
    return leftOut === 0 ? text : `${heading(leftOut)}\n${text}`;
  }

  /** The document has the text that was given last. `now` in ms. */
  shown(now: number): void {
    this.#shown = this.#given;
    this.pace.shown(now);
  }

  /** The pieces of a line of the document that have a style. */
  spans(line: number): readonly Span[] {
    const leftOut = this.#shown ?? 0;
    const headings = leftOut === 0 ? 0 : 1;
    return line < headings ? plain : this.text.spans(leftOut + line - headings);
  }
}
