import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { LogLimit } from "../records/format/schemas.ts";
import { type GivenUp, LogCut } from "../records/log/cut.ts";

/** An event stream that somebody else appends to, for changing what is in it already. */
export interface StreamFile {
  /** Fills `buffer` with what stands at an offset. @throws when there is not so much. */
  read(buffer: Buffer, offset: number): void;
  write(bytes: Buffer, offset: number): void;
  /** Gives a span's room on the disk back, so that it reads as NULs; whether that can be done here. */
  punch(offset: number, length: number): Promise<boolean>;
  close(): void;
}

/** In bytes. */
export interface CutSizes {
  /** So much is looked through at once. */
  readonly window: number;
  /** So much at the end is left alone: whoever follows the stream has read the rest. */
  readonly margin: number;
  /** File systems free whole blocks. */
  readonly block: number;
  /** A shorter span is not worth a process. */
  readonly worthwhile: number;
}

const mebibyte = 1024 * 1024;
const usual: CutSizes = { window: 4 * mebibyte, margin: mebibyte, block: 4096, worthwhile: 64 * 1024 };

/** Beyond the end of any stream: punching there changes nothing. */
const farBeyond = 2 ** 40;

/**
 * Frees the room that a log takes beyond its limit while Nix still writes it. Every byte keeps its offset and Nix's own descriptor
 * only appends, so neither the clock nor anybody who follows the stream has to know. Once the stream is larger than the limit it is
 * looked through, every byte once, and of what is given up (`LogCut`) the whole blocks are punched out and the rims overwritten.
 * Where that cannot be done, the log grows on, and is cut when the build is packed.
 *
 * What is given up becomes NULs, but for its very last line end, and for the notices at its beginning, each with a NUL after it. Of
 * a line that has a NUL, readers take what stands before it if it looks like a whole line of Nix's, and drop the rest
 * (`EventLines`). So whoever reads meanwhile, or after we were killed between any two steps, sees old lines that are whole, or
 * nothing, or the notice:
 *
 * - A write that is half done, a block that is punched out and its neighbour that is not yet: the old line at the edge is cut by NULs.
 * - The room of the notices is overwritten with NULs before they are written, so that no old words follow new ones.
 * - Who stopped reading in the middle of what is given up goes on with NULs up to the line end that was left, or, where a notice
 *   stands now, with its end, which does not look like a line. Only who has read a part of a line that was there before, over a
 *   mebibyte ago, and goes on within a notice may take both together for a line of a log, and only if they make one.
 */
export class LiveCut {
  readonly #file: StreamFile;
  readonly #limit: number;
  readonly #sizes: CutSizes;
  readonly #cut: LogCut;
  readonly #blank: Buffer;
  /** Where the next window begins, and the first line that was not looked at. */
  #window = 0;
  #line = 0;
  /** A line that is longer than a window is under way: it is left alone. */
  #isWithinLine = false;
  #canPunch: boolean | undefined;
  #isBusy = false;
  #isOver = false;

  constructor(file: StreamFile, limit: LogLimit, sizes: CutSizes = usual) {
    this.#file = file;
    this.#limit = limit.bytes;
    this.#sizes = sizes;
    this.#cut = new LogCut(limit);
    this.#blank = Buffer.alloc(sizes.worthwhile);
  }

  /** Looks at what is new of a stream of this size (bytes). Never throws; of two at once the second does nothing. */
  async look(size: number): Promise<void> {
    if (this.#isBusy || this.#isOver || size <= this.#limit) return;
    this.#isBusy = true;
    try {
      this.#canPunch ??= await this.#file.punch(farBeyond, this.#sizes.block);
      while (this.#canPunch && !this.#isOver && this.#window + this.#sizes.window + this.#sizes.margin <= size) {
        for (const given of this.#next()) await this.#giveUp(given);
        // Nix may have ended, or somebody may want it to.
        await nextTurn();
      }
    } catch {
      // A disk that does not take it, or a record that was removed: the build goes on.
      this.#canPunch = false;
    }
    this.#isBusy = false;
    if (this.#isOver) this.#file.close();
  }

  /** Nothing is begun any more. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (!this.#isBusy) this.#file.close();
  }

  /** Looks through the next window. */
  #next(): GivenUp[] {
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
      .map(given => ({ ...given, start: offset + given.start, end: offset + given.end }));
  }

  async #giveUp({ start, end, hasLog, notices }: GivenUp): Promise<void> {
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

/** @param punch of the file of that path. */
export function streamFile(path: string, punch: StreamFile["punch"]): StreamFile {
  // A descriptor of its own: through one that appends, nothing can be written elsewhere.
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
