import type { FileHandle } from "node:fs/promises";
import { EventStream } from "../../nix/events/stream.ts";
import type { BuilderId } from "../../protocol.ts";
import { Clock } from "../../records/log/clock.ts";
import { openRegular } from "../../storage/regularFile.ts";
import { type EventState, emptyState } from "../stream/eventState.ts";
import { applyEvent } from "../stream/reduce.ts";

/** Bytes that are read and reduced before yielding to other work. */
const chunkSize = 256 * 1024;

/** Reads a record's event stream from the start and follows it as it grows. Its state can always be rebuilt from the files. */
export class BuildFollower {
  readonly state: EventState;
  readonly #events: GrowingFile;
  readonly #clockFile: GrowingFile;
  readonly #stream = new EventStream();
  readonly #clock = new Clock();

  /** @param home the builder that runs what Nix builds without naming a machine; undefined: this machine. */
  constructor(events: string, clock: string, planned: readonly string[], home?: BuilderId) {
    this.state = emptyState(planned, home);
    this.#events = new GrowingFile(events);
    this.#clockFile = new GrowingFile(clock);
  }

  /**
   * Reads what was written since the last call, for at most about `budget` ms. Returns whether that was everything.
   *
   * @throws when the event stream exists but cannot be read.
   */
  async poll(budget = Number.POSITIVE_INFINITY): Promise<boolean> {
    const deadline = performance.now() + budget;
    const isTimeUp = () => performance.now() > deadline;
    // Without its clock, a stream is read with less precise times.
    const takeTimes = (chunk: Buffer) => this.#clock.push(chunk.toString("latin1"));
    if (!(await this.#clockFile.read(takeTimes, isTimeUp).catch(() => true))) return false;
    return this.#events.read(chunk => {
      this.#stream.push(chunk, (event, end) => {
        // The times of results are not used, and there are very many results.
        const at = event.action === "result" ? 0 : (this.#clock.timeOf(end) ?? Date.now());
        applyEvent(this.state, event, at, end);
      });
    }, isTimeUp);
  }

  /** When the event before an offset was written (epoch ms); undefined if the clock has not come that far. */
  timeOf(offset: number): number | undefined {
    return this.#clock.timeOf(offset);
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
   * Reads what was appended since the last read, in chunks, until `isTimeUp`. A missing file counts as empty. Returns whether the
   * end was reached.
   *
   * @throws when it exists but cannot be read.
   */
  async read(take: (chunk: Buffer) => void, isTimeUp: () => boolean): Promise<boolean> {
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
      } while (!isTimeUp());
      return false;
    } finally {
      await file.close();
    }
  }
}
