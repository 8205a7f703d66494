import type { Span } from "./colours/sgr.ts";
import type { LogText } from "./logText.ts";
import { Pace } from "./pace.ts";

const plain: readonly Span[] = [];

/** A log that is open as a document, with a heading if earlier lines are omitted. Independent of VS Code. */
export class OpenLog {
  readonly text: LogText;
  readonly pace = new Pace();
  reading = false;
  /** More lines were read than the document shows. */
  grown = false;
  /** Number of omitted lines, in the text that was returned last and in the document's current text. */
  #given = 0;
  #shown: number | undefined;

  constructor(text: LogText) {
    this.text = text;
  }

  /**
   * The whole text of the document; empty if there is no output.
   * @param heading the heading of a text with `leftOut` omitted lines.
   */
  give(heading: (leftOut: number) => string): string {
    const { text, leftOut } = this.text;
    this.grown = false;
    this.#given = leftOut;
    this.#shown ??= leftOut;
    return leftOut === 0 ? text : `${heading(leftOut)}\n${text}`;
  }

  /** The document now has the text that was returned last. `now` in ms. */
  shown(now: number): void {
    this.#shown = this.#given;
    this.pace.shown(now);
  }

  /** The styled spans of a line of the document. */
  spans(line: number): readonly Span[] {
    const leftOut = this.#shown ?? 0;
    const headings = leftOut === 0 ? 0 : 1;
    return line < headings ? plain : this.text.spans(leftOut + line - headings);
  }
}
