import { type FileHandle, open } from "node:fs/promises";
import { EventStream } from "../nix/eventStream.ts";
import { Clock } from "./clock.ts";
import { type EventState, emptyState } from "./eventState.ts";
import { applyEvent } from "./reduce.ts";

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

  /** Takes in what was written since the last time. */
  async poll(): Promise<void> {
    await this.#clockFile.read(chunk => this.#clock.push(chunk.toString("latin1")));
    await this.#events.read(chunk => {
      this.#stream.push(chunk, (event, end) => {
        // Results carry no time that anybody asks for, and there are very many of them.
        const at = event.action === "result" ? 0 : (this.#clock.timeOf(end) ?? Date.now());
        applyEvent(this.state, event, at);
      });
    });
  }
}

/** A file that somebody else appends to. */
class GrowingFile {
  readonly #path: string;
  #offset = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Gives what was appended since the last read, in chunks. A file that is not there yet is empty. */
  async read(take: (chunk: Buffer) => void): Promise<void> {
    let file: FileHandle;
    try {
      file = await open(this.#path, "r");
    } catch {
      return;
    }
    try {
      const buffer = Buffer.allocUnsafe(chunkSize);
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, chunkSize, this.#offset);
        if (bytesRead === 0) return;
        this.#offset += bytesRead;
        take(buffer.subarray(0, bytesRead));
      }
    } finally {
      await file.close();
    }
  }
}
