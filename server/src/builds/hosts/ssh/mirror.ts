import { type FileHandle, open, stat } from "node:fs/promises";
import type { Frame } from "./frames.ts";

/** A difference between the clocks that is not corrected (ms): they agree, as far as a connection shows. */
const negligible = 2000;

/** The longest line of a clock (bytes); usual ones have some 25. */
const maxClockLine = 1024;

/** Copies the files of a build that grow on its builder. After an interruption, copying continues at the end of the copies. */
export class Mirror {
  readonly #events: GrowingCopy;
  readonly #clock: GrowingCopy;
  /** How far this machine's clock is ahead of the builder's (ms). */
  #ahead = 0;
  /** The incomplete last line of the clock. */
  #rest = "";

  /** @param events, clock the files of the record. */
  constructor(events: string, clock: string) {
    this.#events = new GrowingCopy(events);
    this.#clock = new GrowingCopy(clock);
  }

  /** Starts a connection: from where in the files the builder has to send. */
  async offsets(): Promise<{ readonly events: number; readonly clock: number }> {
    this.#rest = "";
    return { events: await this.#events.size(), clock: await this.#clock.size() };
  }

  /** @param now the builder's clock (epoch seconds). */
  begin(now: number): void {
    const ahead = Date.now() - now * 1000;
    this.#ahead = Math.abs(ahead) < negligible ? 0 : ahead;
  }

  /** A time of the builder (epoch seconds) by this machine's clock (epoch ms). */
  timeHere(there: number): number {
    return there * 1000 + this.#ahead;
  }

  /** @throws when it does not continue the copy, or cannot be written (full disk). */
  async write({ kind, offset, bytes }: Extract<Frame, { bytes: Buffer }>): Promise<void> {
    if (kind === "events") return this.#events.append(offset, bytes);
    // Each line stays as long as it is, so offsets here and there are the same.
    const text = this.#rest + bytes.toString("latin1");
    const end = text.lastIndexOf("\n") + 1;
    const begin = offset - this.#rest.length;
    this.#rest = text.slice(end);
    if (this.#rest.length > maxClockLine) throw new Error("The builder sent a line of the clock that is too long.");
    const lines = text.slice(0, end).replace(/^\d{13}(?= )/gm, time => String(Number(time) + this.#ahead));
    await this.#clock.append(begin, Buffer.from(lines, "latin1"));
  }

  /** The builder has less than the copy: the copy is damaged, or the builder's file. Copies everything again. */
  async restart(): Promise<void> {
    await this.#events.truncate();
    await this.#clock.truncate();
  }

  async close(): Promise<void> {
    await this.#events.close();
    await this.#clock.close();
  }
}

/** A file to which only we append. */
class GrowingCopy {
  readonly #file: string;
  #handle: FileHandle | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  async size(): Promise<number> {
    const found = await stat(this.#file).catch(() => undefined);
    return found?.isFile() === true ? found.size : 0;
  }

  async append(offset: number, bytes: Buffer): Promise<void> {
    const size = await this.size();
    if (offset !== size) throw new Error(`${this.#file} has ${size} bytes instead of ${offset}`);
    this.#handle ??= await open(this.#file, "a", 0o600);
    await this.#handle.appendFile(bytes);
  }

  async truncate(): Promise<void> {
    await this.close();
    const handle = await open(this.#file, "w", 0o600);
    await handle.close();
  }

  async close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }
}
