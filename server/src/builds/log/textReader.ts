import type { FileHandle } from "node:fs/promises";
import { StringDecoder } from "node:string_decoder";
import { type LogPage, maxLogLines } from "../../protocol.ts";
import { openRegular } from "../../storage/regularFile.ts";
import { createQueue } from "../../util/queue.ts";
import { cut } from "../stream/eventState.ts";
import { type Printed, storedLine } from "./lines.ts";

/** Size of one read (bytes). */
const chunkSize = 256 * 1024;

/** Maximum number of characters that are shown of a line, and per page. */
const [maxShown, maxPageText] = [1024 * 1024, 8 * 1024 * 1024];

/** Reads a log from a text file to which is appended, page by page. Continuing after the last page only reads the new part. */
export class TextLogReader {
  readonly #file: string;
  readonly #printed: Printed;
  #lineOf: (line: string) => string | undefined;
  #decoder = new StringDecoder("utf8");
  #byte = 0;
  /** How many lines were returned. */
  #line = 0;
  /** Lines that were read but not returned. */
  #left: string[] = [];
  /** The start of an unfinished line. */
  #rest = "";
  readonly #queue = createQueue();

  constructor(file: string, printed: Printed) {
    this.#file = file;
    this.#printed = printed;
    this.#lineOf = storedLine(printed);
  }

  /** The page that starts after `offset` lines. @param isComplete nothing more is appended. */
  page(offset: number, isComplete: boolean): Promise<LogPage> {
    return this.#queue(() => this.#page(offset, isComplete));
  }

  async #page(offset: number, isComplete: boolean): Promise<LogPage> {
    if (offset < this.#line) this.#rewind();
    const text: string[] = [];
    let size = 0;
    const isFull = () => text.length >= maxLogLines || size >= maxPageText;
    const take = (line: string) => {
      this.#line++;
      if (this.#line <= offset) return;
      text.push(`${cut(line, maxShown)}\n`);
      size += Math.min(line.length, maxShown);
    };
    const isAll = await this.#read(take, isFull);
    const last = isAll && isComplete && this.#rest !== "" && !isFull() ? this.#lineOf(this.#rest) : undefined;
    if (last !== undefined) take(last);
    if (isAll && isComplete) this.#rest = "";
    return { text: text.join(""), nextOffset: Math.max(offset, this.#line), done: isAll && isComplete };
  }

  #rewind(): void {
    this.#lineOf = storedLine(this.#printed);
    this.#decoder = new StringDecoder("utf8");
    this.#byte = 0;
    this.#line = 0;
    this.#left = [];
    this.#rest = "";
  }

  /** Returns whether it reached the end. */
  async #read(take: (line: string) => void, isFull: () => boolean): Promise<boolean> {
    let file: FileHandle | undefined;
    try {
      for (;;) {
        while (this.#left.length > 0 && !isFull()) take(this.#left.pop() ?? "");
        if (isFull()) return false;
        file ??= await openRegular(this.#file);
        const buffer = Buffer.allocUnsafe(chunkSize);
        const { bytesRead } = await file.read(buffer, 0, chunkSize, this.#byte);
        if (bytesRead === 0) return true;
        this.#byte += bytesRead;
        this.#push(this.#decoder.write(buffer.subarray(0, bytesRead)));
      }
    } catch {
      // A part that cannot be read counts as absent.
      return true;
    } finally {
      await file?.close();
    }
  }

  #push(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    this.#left = lines.flatMap(line => this.#lineOf(line) ?? []).toReversed();
  }
}
