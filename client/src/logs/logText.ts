import { type LogPage, maxLogLines } from "../../../server/src/protocol.ts";
import { readLine, readLines, type Span, type StyledText } from "./colours/sgr.ts";

/** How much of a log a document keeps. */
export interface LogLimits {
  readonly lines: number;
  /** UTF-16 code units, with those that set styles. */
  readonly length: number;
}

/** VS Code neither colours nor folds a text of more than 300,000 lines or 20 Mi characters. */
const defaultLimits: LogLimits = { lines: 250_000, length: 20_000_000 };

interface Chunk extends StyledText {
  /** The number of its first line in the whole log. */
  readonly first: number;
  readonly lines: number;
  /** As it came: UTF-16 code units. */
  readonly size: number;
}

const plain: readonly Span[] = [];

/** The newest lines of a log that grows, read page by page: text, and apart from it the styles. Knows no VS Code. */
export class LogText {
  readonly #read: (offset: number) => Promise<LogPage>;
  readonly #limits: LogLimits;
  /** Oldest first. */
  readonly #chunks: Chunk[] = [];
  #lines = 0;
  #length = 0;
  #size = 0;
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

  /** Without styles. Put together anew each time: as much work as there is text. */
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

  /** The pieces of a line that have a style. `line`: counted in the whole log; of one that is not here, none. */
  spans(line: number): readonly Span[] {
    const chunk = this.#chunks[this.#chunkAt(line)];
    const styled = chunk?.styled.get(line - chunk.first);
    return styled === undefined ? plain : readLine(styled).spans;
  }

  /** The place of the last chunk that begins at a line or before; -1 when there is none. */
  #chunkAt(line: number): number {
    let [low, high] = [0, this.#chunks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#chunks[middle]?.first ?? 0) <= line) low = middle + 1;
      else high = middle;
    }
    return low - 1;
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
    this.#add({ ...readLines(text), first: this.#offset, lines, size: text.length });
    this.#offset = nextOffset;
    return true;
  }

  #add(chunk: Chunk): void {
    this.#chunks.push(chunk);
    this.#lines += chunk.lines;
    this.#length += chunk.text.length;
    this.#size += chunk.size;
    while (this.#chunks.length > 1 && (this.#lines > this.#limits.lines || this.#size > this.#limits.length)) {
      const oldest = this.#chunks.shift();
      this.#lines -= oldest?.lines ?? 0;
      this.#length -= oldest?.text.length ?? 0;
      this.#size -= oldest?.size ?? 0;
    }
  }
}
