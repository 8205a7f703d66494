import { type LogPage, maxLogLines } from "../../../server/src/protocol.ts";

/** How much of a log a document keeps. */
export interface LogLimits {
  readonly lines: number;
  /** UTF-16 code units. */
  readonly length: number;
}

/** VS Code neither colours nor folds a text of more than 300,000 lines or 20 Mi characters. */
const defaultLimits: LogLimits = { lines: 250_000, length: 20_000_000 };

interface Chunk {
  readonly text: string;
  readonly lines: number;
}

/** The newest lines of a log that grows, read page by page. Knows no VS Code. */
export class LogText {
  readonly #read: (offset: number) => Promise<LogPage>;
  readonly #limits: LogLimits;
  /** Oldest first. */
  readonly #chunks: Chunk[] = [];
  #lines = 0;
  #length = 0;
  #offset = 0;
  #done = false;

  constructor(read: (offset: number) => Promise<LogPage>, limits = defaultLimits) {
    this.#read = read;
    this.#limits = limits;
  }

  /** True: all of it is here, and it cannot grow. */
  get done(): boolean {
    return this.#done;
  }

  /** Put together anew each time: as much work as there is text. */
  get text(): string {
    return this.#chunks.map(({ text }) => text).join("");
  }

  /** The length of `text`. */
  get length(): number {
    return this.#length;
  }

  /** How many lines came before those of `text`. */
  get leftOut(): number {
    return this.#offset - this.#lines;
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
    // A full page that is done may still be followed by others.
    if (lines < maxLogLines) this.#done = done;
    if (lines <= 0) return false;
    this.#offset = nextOffset;
    this.#add({ text, lines });
    return true;
  }

  #add(chunk: Chunk): void {
    this.#chunks.push(chunk);
    this.#lines += chunk.lines;
    this.#length += chunk.text.length;
    while (this.#chunks.length > 1 && (this.#lines > this.#limits.lines || this.#length > this.#limits.length)) {
      const oldest = this.#chunks.shift();
      this.#lines -= oldest?.lines ?? 0;
      this.#length -= oldest?.text.length ?? 0;
    }
  }
}
