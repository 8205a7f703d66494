import { stat } from "node:fs/promises";
import { EventStream } from "../../nix/events/stream.ts";
import { type LogPage, maxLogLines } from "../../protocol.ts";
import { openRegular } from "../../storage/regularFile.ts";
import { createQueue } from "../../util/queue.ts";
import { countIn, cut } from "../stream/eventState.ts";
import { derivationLog, type LogLines, printedWith, wholeLog } from "./lines.ts";

/** Size of one read (bytes). */
const chunkSize = 256 * 1024;

/** Maximum number of bytes of the stream per page, even with few lines: a hole has none. */
const maxPageBytes = 128 * 1024 * 1024;

/** Maximum number of characters per page. */
const maxPageText = 8 * 1024 * 1024;

/** Maximum number of characters that are shown of a line. */
const maxShown = 1024 * 1024;

/** A stream that was read up to a position in the file. */
interface Unfinished {
  readonly stream: EventStream;
  /** The offset at which the stream started. */
  readonly start: number;
  readonly position: number;
}

function beginAt(byte: number): Unfinished {
  return { stream: new EventStream(), start: byte, position: byte };
}

/** Reads a log from elsewhere. */
export type OtherLog = () => Promise<readonly string[]>;

/** Reads a log from an event stream, page by page. Continuing after the last page only reads the new part. */
export class LogReader {
  readonly #file: string;
  readonly #linesOf: () => LogLines;
  #lines: LogLines;
  /** How many bytes of the file were read, and how many log lines were returned. */
  #byte = 0;
  #line = 0;
  /** Where to continue within an unfinished line; undefined: at `#byte`. */
  #unfinished: Unfinished | undefined;
  /** Lines that were read but not returned because the page was full, the next one last. */
  #left: string[] = [];
  /** Identifies the file that was read, to notice when another one replaces it. */
  #identity: string | undefined;
  /** The log from elsewhere, once it has been read. */
  #other: readonly string[] | undefined;
  /** Serialises pages: concurrent ones would read the same bytes twice. */
  readonly #queue = createQueue();

  /**
   * @param derivation whose log to read; undefined: the log of the whole build.
   * @param colours whether the text keeps the printed colours.
   */
  constructor(events: string, derivation: string | undefined, colours = false) {
    const printed = printedWith(colours);
    this.#file = events;
    this.#linesOf = () => (derivation === undefined ? wholeLog(printed) : derivationLog(derivation, printed));
    this.#lines = this.#linesOf();
  }

  /**
   * The page that starts after `offset` lines.
   * @param ended whether the log in the stream is complete.
   * @param other where to look if the stream has no log.
   */
  page(offset: number, ended: boolean, other?: OtherLog): Promise<LogPage> {
    return this.#queue(() => this.#page(offset, ended, other));
  }

  async #page(asked: number, ended: boolean, other: OtherLog | undefined): Promise<LogPage> {
    const offset = countIn(asked) ?? 0;
    const isOther = await this.#isOtherFile();
    if (isOther || offset < this.#line) this.#rewind();
    const text: string[] = [];
    let size = 0;
    const complete = await this.#read(line => {
      this.#line++;
      if (this.#line <= offset) return true;
      const shown = cut(line, maxShown);
      text.push(`${shown}\n`);
      size += shown.length;
      return text.length < maxLogLines && size < maxPageText;
    });
    const done = ended && complete;
    if (done && this.#line === 0 && other !== undefined) {
      this.#other ??= await other();
      return pageOf(this.#other, offset, true);
    }
    return { text: text.join(""), nextOffset: Math.max(offset, this.#line), done };
  }

  /** A stream that was packed and unpacked meanwhile has the same lines at different offsets. */
  async #isOtherFile(): Promise<boolean> {
    const found = await stat(this.#file).catch(() => undefined);
    const identity = found === undefined ? undefined : `${found.ino} ${found.birthtimeMs}`;
    const before = this.#identity;
    this.#identity = identity ?? before;
    return before !== undefined && identity !== undefined && identity !== before;
  }

  #rewind(): void {
    this.#lines = this.#linesOf();
    this.#byte = 0;
    this.#line = 0;
    this.#unfinished = undefined;
    this.#left = [];
  }

  /** Continues reading until `take` returns false or the page is full. Returns whether it reached the end. */
  async #read(take: (line: string) => boolean): Promise<boolean> {
    for (let line = this.#left.pop(); line !== undefined; line = this.#left.pop()) if (!take(line)) return false;
    const file = await openRegular(this.#file).catch(() => undefined);
    if (file === undefined) return true;
    try {
      const { stream, start, ...from } = this.#unfinished ?? beginAt(this.#byte);
      const buffer = Buffer.allocUnsafe(chunkSize);
      let { position } = from;
      let enough = false;
      while (!enough) {
        this.#unfinished = { stream, start, position };
        if (position - from.position >= maxPageBytes) return false;
        // A part that cannot be read counts as absent.
        const { bytesRead } = await file.read(buffer, 0, chunkSize, position).catch(() => ({ bytesRead: 0 }));
        if (bytesRead === 0) return true;
        position += bytesRead;
        stream.push(buffer.subarray(0, bytesRead), (event, end) => {
          // The remaining lines of the last event that was used are left for the next page.
          if (enough && start + end > this.#byte) return;
          this.#byte = start + end;
          const lines = this.#lines(event)?.split("\n") ?? [];
          const taken = enough ? 0 : lines.findIndex(line => !take(line)) + 1;
          if (taken === 0 && !enough) return;
          enough = true;
          this.#left = [...lines.slice(taken).toReversed(), ...this.#left];
        });
      }
      // The rest of the chunk is read again for the next page.
      this.#unfinished = undefined;
      return false;
    } finally {
      await file.close();
    }
  }
}

/** A page of a log that is in memory. @param isComplete whether no more lines follow. */
export function pageOf(lines: readonly string[], offset: number, isComplete: boolean): LogPage {
  const page = lines.slice(offset, offset + maxLogLines);
  const nextOffset = offset + page.length;
  const done = isComplete && nextOffset >= lines.length;
  return { text: page.map(line => `${line}\n`).join(""), nextOffset, done };
}
