import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { LogLimit } from "../records/format/schemas.ts";
import { type Discarded, LogCut } from "../records/log/cut.ts";

/** Access to the existing content of an event stream that another process appends to. */
export interface StreamFile {
  /** Fills `buffer` from an offset. @throws when the stream is too short. */
  read(buffer: Buffer, offset: number): void;
  write(bytes: Buffer, offset: number): void;
  /** Frees the disk space of a span, which then reads as NULs. False if that is not possible here. */
  punch(offset: number, length: number): Promise<boolean>;
  close(): void;
}

/** Sizes in bytes. */
export interface CutSizes {
  /** How much is scanned at a time. */
  readonly window: number;
  /** How much at the end is left untouched: readers that follow the stream have read everything before. */
  readonly margin: number;
  /** File system block size: only whole blocks can be freed. */
  readonly block: number;
  /** Minimum span to punch: shorter ones are not worth starting a process. */
  readonly worthwhile: number;
}

const mebibyte = 1024 * 1024;
const usual: CutSizes = { window: 4 * mebibyte, margin: mebibyte, block: 4096, worthwhile: 64 * 1024 };

/** An offset beyond the end of any stream, where punching has no effect. */
const farBeyond = 2 ** 40;

/**
 * Frees the disk space that a log uses beyond its limit while Nix is still writing it. Every byte keeps its offset and Nix only
 * appends, so neither the clock nor any reader that follows the stream is affected. Once the stream exceeds the limit, every byte
 * is scanned once; of what is discarded (`LogCut`), whole blocks are punched out and the rest is overwritten. If punching is not
 * possible, the log keeps growing and is cut when the build is packed.
 *
 * Discarded bytes become NULs, except for the last line break and the notices at the start, each of which is followed by a NUL. In
 * a line that contains a NUL, readers use the part before it if it looks like a complete line of Nix, and drop the rest
 * (`EventLines`). A reader at any time, or after we were killed between any two steps, therefore sees complete old lines, nothing,
 * or a notice:
 *
 * - After a partial write, or when one block is punched out and the next is not yet, NULs cut the old line at the edge.
 * - The space for the notices is overwritten with NULs before they are written, so that no old text follows new text.
 * - A reader that had stopped within a discarded span continues with NULs up to the remaining line break or, within a notice, with
 *   the end of the notice, which does not look like a line. Only a reader that had read part of an old line, more than a mebibyte
 *   ago, and continues within a notice may join both into a log line, and only if they happen to form one.
 */
export class LiveCut {
  readonly #file: StreamFile;
  readonly #limit: number;
  readonly #sizes: CutSizes;
  readonly #cut: LogCut;
  readonly #blank: Buffer;
  /** Where the next window starts, and the first line that was not scanned. */
  #window = 0;
  #line = 0;
  /** Within a line that is longer than a window: such a line is left untouched. */
  #isWithinLine = false;
  #canPunch: boolean | undefined;
  #isScanning = false;
  #isOver = false;

  constructor(file: StreamFile, limit: LogLimit, sizes: CutSizes = usual) {
    this.#file = file;
    this.#limit = limit.bytes;
    this.#sizes = sizes;
    this.#cut = new LogCut(limit);
    this.#blank = Buffer.alloc(sizes.worthwhile);
  }

  /** Scans the new part of a stream of this size (bytes). Never throws. A call during another one does nothing. */
  async look(size: number): Promise<void> {
    if (this.#isScanning || this.#isOver || size <= this.#limit) return;
    this.#isScanning = true;
    try {
      this.#canPunch ??= await this.#file.punch(farBeyond, this.#sizes.block);
      while (this.#canPunch && !this.#isOver && this.#window + this.#sizes.window + this.#sizes.margin <= size) {
        for (const discarded of this.#next()) await this.#discard(discarded);
        // Nix may have ended, or a cancellation may have been requested.
        await nextTurn();
      }
    } catch {
      // The file system does not support it, or the record was removed: the build continues.
      this.#canPunch = false;
    }
    this.#isScanning = false;
    if (this.#isOver) this.#file.close();
  }

  /** Stops cutting. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (!this.#isScanning) this.#file.close();
  }

  /** Scans the next window. */
  #next(): Discarded[] {
    const begin = this.#line;
    this.#window += this.#sizes.window;
    const bytes = Buffer.allocUnsafe(this.#window - begin);
    this.#file.read(bytes, begin);
    const first = this.#isWithinLine ? bytes.indexOf(10) + 1 : 0;
    const end = bytes.lastIndexOf(10) + 1;
    this.#isWithinLine = end === 0;
    this.#line = end === 0 ? this.#window : begin + end;
    const offset = begin + first;
    return this.#cut
      .take(bytes.subarray(first, end))
      .map(each => ({ ...each, start: offset + each.start, end: offset + each.end }));
  }

  async #discard({ start, end, hasLog, notices }: Discarded): Promise<void> {
    const { block, worthwhile } = this.#sizes;
    const [blankFrom, lineEnd] = [start + notices.length, end - 1];
    const from = Math.ceil(blankFrom / block) * block;
    const to = Math.floor(lineEnd / block) * block;
    const isWorthwhile = to - from >= worthwhile;
    if (!isWorthwhile && !hasLog) return;
    this.#overwrite(start, blankFrom);
    if (notices.length > 0) this.#file.write(notices, start);
    if (!isWorthwhile) return this.#overwrite(blankFrom, lineEnd);
    this.#overwrite(blankFrom, from);
    this.#overwrite(to, lineEnd);
    if (!(await this.#file.punch(from, to - from))) this.#canPunch = false;
  }

  #overwrite(from: number, to: number): void {
    for (let at = from; at < to; at += this.#blank.length)
      this.#file.write(this.#blank.subarray(0, Math.min(this.#blank.length, to - at)), at);
  }
}

/** @param punch punches a hole into the file of that path. */
export function streamFile(path: string, punch: StreamFile["punch"]): StreamFile {
  // A separate descriptor, as one that appends cannot write elsewhere.
  const file = openSync(path, "r+");
  return {
    read: (buffer, offset) => {
      for (let done = 0; done < buffer.length; ) {
        const read = readSync(file, buffer, done, buffer.length - done, offset + done);
        if (read === 0) throw new Error(`${path} has become shorter`);
        done += read;
      }
    },
    write: (bytes, offset) => {
      for (let done = 0; done < bytes.length; )
        done += writeSync(file, bytes, done, bytes.length - done, offset + done);
    },
    punch,
    close: () => closeSync(file),
  };
}
