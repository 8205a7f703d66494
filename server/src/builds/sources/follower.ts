import type { FileHandle } from "node:fs/promises";
import { EventStream } from "../../nix/events/stream.ts";
import { Clock } from "../../records/log/clock.ts";
import { openRegular } from "../../storage/regularFile.ts";
import { type EventState, emptyState } from "../stream/eventState.ts";
import { applyEvent } from "../stream/reduce.ts";

/** Bytes that are read and reduced in one go, before other work gets its turn. */
const chunkSize = 256 * 1024;

/** Reads a record's event stream from its beginning and goes on as it grows. What it knows can be had again from the files. */
export class BuildFollower {
  readonly state: EventState;
  readonly #events: GrowingFile;
  readonly #clockFile: GrowingFile;
  readonly #stream = new EventStream();
  readonly #clock = new Clock();

  constructor(events: string, clock: string, planned: readonly string[]) {
    this.state = emptyState(planned);
    this.#events = new GrowingFile(events);
    this.#clockFile = new GrowingFile(clock);
  }

  /**
   * Takes in what was written since the last time, for about `budget` ms at most. Whether that was all.
   *
   * @throws when the event stream is there and cannot be read.
   */
  async poll(budget = Number.POSITIVE_INFINITY): Promise<boolean> {
    const deadline = performance.now() + budget;
    const isOver = () => performance.now() > deadline;
    // Without its clock, a stream is read with times that are less exact.
    const takeTimes = (chunk: Buffer) => this.#clock.push(chunk.toString("latin1"));
    if (!(await this.#clockFile.read(takeTimes, isOver).catch(() => true))) return false;
    return this.#events.read(chunk => {
      this.#stream.push(chunk, (event, end) => {
        // Results carry no time that anybody asks for, and there are very many of them.
        const at = event.action === "result" ? 0 : (this.#clock.timeOf(end) ?? Date.now());
        applyEvent(this.state, event, at);
      });
    }, isOver);
  }
}

/** A file to which another process appends. */
class GrowingFile {
  readonly #path: string;
  #offset = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Gives what was appended since the last read, in chunks, until `isOver`. A file that is not there yet is empty. Whether its end
   * was reached.
   *
   * @throws when it is there and cannot be read.
   */
  async read(take: (chunk: Buffer) => void, isOver: () => boolean): Promise<boolean> {
    let file: FileHandle;
    try {
      file = await openRegular(this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return true;
      throw error;
    }
    try {
      const buffer = Buffer.allocUnsafe(chunkSize);
      do {
        const { bytesRead } = await file.read(buffer, 0, chunkSize, this.#offset);
        if (bytesRead === 0) return true;
        this.#offset += bytesRead;
        take(buffer.subarray(0, bytesRead));
      } while (!isOver());
      return false;
    } finally {
      await file.close();
    }
  }
}
