import { stat } from "node:fs/promises";
import { EventStream } from "../../nix/events/stream.ts";
import { type LogPage, maxLogLines } from "../../protocol.ts";
import { openRegular } from "../../storage/regularFile.ts";
import { createQueue } from "../../util/queue.ts";
import { countIn, cut } from "../stream/eventState.ts";
import { derivationLog, type LogLines, printedWith, wholeLog } from "./lines.ts";

/** Bytes that are read at once. */
const chunkSize = 256 * 1024;

/** A page ends after so many bytes of the stream, however few lines stand there: in a hole there are none. */
const maxPageBytes = 128 * 1024 * 1024;

/** A page ends after so many characters, however few lines they are. */
const maxPageText = 8 * 1024 * 1024;

/** Characters that are shown of a line. */
const maxShown = 1024 * 1024;

/** A stream that was read up to a byte of the file. */
interface Unfinished {
  readonly stream: EventStream;
  /** The byte at which the stream began. */
  readonly start: number;
  readonly position: number;
}

function beginAt(byte: number): Unfinished {
  return { stream: new EventStream(), start: byte, position: byte };
}

/** Finds the lines of a log that stands elsewhere. */
export type OtherLog = () => Promise<readonly string[]>;

/** Reads a log out of an event stream, page by page; going on where the last page ended costs only what is new. */
export class LogReader {
  readonly #file: string;
  readonly #linesOf: () => LogLines;
  #lines: LogLines;
  /** What was read of the file, and how many log lines were given of it. */
  #byte = 0;
  #line = 0;
  /** Where reading goes on in a line that has not ended, and how; undefined: at `#byte`. */
  #unfinished: Unfinished | undefined;
  /** Lines that were read and not given, the next one last: the page was full. */
  #left: string[] = [];
  /** Tells the file that was read from another at its path. */
  #identity: string | undefined;
  /** What stands elsewhere, once that was looked for. */
  #other: readonly string[] | undefined;
  /** Two pages at once would read the same bytes twice. */
  readonly #queue = createQueue();

  /**
   * @param derivation the one whose log it is; undefined: everything that the build said.
   * @param colours whether the text keeps the colours of what was printed.
   */
  constructor(events: string, derivation: string | undefined, colours = false) {
    const printed = printedWith(colours);
    this.#file = events;
    this.#linesOf = () => (derivation === undefined ? wholeLog(printed) : derivationLog(derivation, printed));
    this.#lines = this.#linesOf();
  }

  /**
   * The page that begins after `offset` lines.
   * @param ended whether the stream has all of the log that it will ever have.
   * @param other where to look when it has none.
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
      return pageOf(this.#other, offset);
    }
    return { text: text.join(""), nextOffset: Math.max(offset, this.#line), done };
  }

  /** A stream that was packed and unpacked meanwhile has the same lines in other places. */
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

  /** Goes on reading until `take` has enough, or the page has read enough. Whether it got to the end. */
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
        // What cannot be read is as good as absent.
        const { bytesRead } = await file.read(buffer, 0, chunkSize, position).catch(() => ({ bytesRead: 0 }));
        if (bytesRead === 0) return true;
        position += bytesRead;
        stream.push(buffer.subarray(0, bytesRead), (event, end) => {
          // What the last line that counted has to say besides is left for the next page.
          if (enough && start + end > this.#byte) return;
          this.#byte = start + end;
          const lines = this.#lines(event)?.split("\n") ?? [];
          const taken = enough ? 0 : lines.findIndex(line => !take(line)) + 1;
          if (taken === 0 && !enough) return;
          enough = true;
          this.#left = [...lines.slice(taken).toReversed(), ...this.#left];
        });
      }
      // The rest of the chunk is read once more.
      this.#unfinished = undefined;
      return false;
    } finally {
      await file.close();
    }
  }
}

/** A page of lines that are all here. */
function pageOf(lines: readonly string[], offset: number): LogPage {
  const page = lines.slice(offset, offset + maxLogLines);
  const nextOffset = offset + page.length;
  return { text: page.map(line => `${line}\n`).join(""), nextOffset, done: nextOffset >= lines.length };
}
