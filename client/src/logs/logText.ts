import { type LogPage, maxLogLines } from "../../../server/src/protocol.ts";
import { readLine, readLines, type Span, type StyledText } from "./colours/sgr.ts";

/** The size limits of a document. */
export interface LogLimits {
  readonly lines: number;
  /** In UTF-16 code units, including escape sequences. */
  readonly length: number;
}

/** VS Code neither highlights nor folds documents of more than 300,000 lines or 20 Mi characters. */
const defaultLimits: LogLimits = { lines: 250_000, length: 20_000_000 };

interface Chunk extends StyledText {
  /** Its first line, counted in the whole log. */
  readonly first: number;
  readonly lines: number;
  /** In UTF-16 code units, including escape sequences. */
  readonly size: number;
}

const plain: readonly Span[] = [];

/** The newest lines of a growing log, read page by page, with text and styles separated. Independent of VS Code. */
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

  /** True if the whole log was read and cannot grow. */
  get done(): boolean {
    return this.#done;
  }

  /** Without styles. Concatenated on each call, so the cost is linear in the text. */
  get text(): string {
    return this.#chunks.map(({ text }) => text).join("");
  }

  /** The length of `text`. */
  get length(): number {
    return this.#length;
  }

  /** Number of lines before those of `text`. */
  get leftOut(): number {
    return this.#offset - this.#lines;
  }

  /** The styled spans of a line, counted in the whole log; empty if the line is not loaded. */
  spans(line: number): readonly Span[] {
    const chunk = this.#chunks[this.#chunkAt(line)];
    const styled = chunk?.styled.get(line - chunk.first);
    return styled === undefined ? plain : readLine(styled).spans;
  }

  /** The index of the last chunk that starts at or before a line; -1 if there is none. */
  #chunkAt(line: number): number {
    let [low, high] = [0, this.#chunks.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#chunks[middle]?.first ?? 0) <= line) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Reads at most `pages` more pages. True if there were new lines. */
  async advance(pages: number): Promise<boolean> {
    const start = this.#offset;
    for (let page = 0; page < pages && !this.#done; page++) if (!(await this.#next())) break;
    return this.#offset > start;
  }

  /** Reads the next page. False if there is nothing more for now. */
  async #next(): Promise<boolean> {
    const { text, nextOffset, done } = await this.#read(this.#offset);
    const lines = nextOffset - this.#offset;
    // After a full page there may be more, even if the log is done.
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
