import { type LogPage, maxLogLines } from "../../../server/src/protocol.ts";

/** The most lines that a document keeps: the newest. */
const maxLines = 10 * maxLogLines;

interface Chunk {
  readonly text: string;
  readonly lines: number;
}

/** The newest lines of a log that grows, read page by page. Knows no VS Code. */
export class LogText {
  readonly #read: (offset: number) => Promise<LogPage>;
  #chunks: readonly Chunk[] = [];
  #offset = 0;
  #done = false;

  constructor(read: (offset: number) => Promise<LogPage>) {
    this.#read = read;
  }

  /** True: all of it is here, and it cannot grow. */
  get done(): boolean {
    return this.#done;
  }

  get text(): string {
    return this.#chunks.map(({ text }) => text).join("");
  }

  /** How many lines came before those of `text`. */
  get leftOut(): number {
    return this.#offset - this.#lines;
  }

  get #lines(): number {
    return this.#chunks.reduce((sum, { lines }) => sum + lines, 0);
  }

  /** Reads on, at most so many pages. True when there were new lines. */
  async advance(pages: number): Promise<boolean> {
    const start = this.#offset;
    for (let page = 0; page < pages && !this.#done; page++) if (!(await this.#next())) break;
    return this.#offset > start;
  }

  /** False: nothing more for now. */
  async #next(): Promise<boolean> {
    const { text, nextOffset, done } = await this.#read(this.#offset);
    const lines = nextOffset - this.#offset;
    // A page that is done may still be followed by others.
    if (lines === 0) this.#done = done;
    if (lines <= 0) return false;
    this.#chunks = [...this.#chunks, { text, lines }];
    this.#offset = nextOffset;
    while (this.#lines > maxLines && this.#chunks.length > 1) this.#chunks = this.#chunks.slice(1);
    return true;
  }
}
