import type { IncomingMessage } from "node:http";
import { pipeline, type Readable, type Transform } from "node:stream";
import { createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { Queue } from "../util/queue.ts";

/** Bodies up to this size (bytes) are read in parallel. */
const small = 64 * 1024;

/** How long the rest of an unneeded body is awaited (ms), so that its connection can be used again. */
const grace = 1000;

/** `Content-Encoding` -> its decoder. */
const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  "x-gzip": createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Reads a body as UTF-8, after decompression; undefined if it is larger than `maxBytes`.
 *
 * @param large reads those that are not small, and those that are compressed: a little may become a lot.
 * @throws if it ends early or cannot be decompressed.
 */
export async function bodyText(response: IncomingMessage, maxBytes: number, large: Queue): Promise<string | undefined> {
  const encoding = (response.headers["content-encoding"] ?? "").trim().toLowerCase();
  if (!["", "identity", "none"].includes(encoding))
    return large(async () => {
      const reading = new Reading(decoded(response, encoding));
      return (await reading.upTo(maxBytes)) ? reading.text() : reading.stop(response);
    });
  const reading = new Reading(response);
  const isWhole = (await reading.upTo(Math.min(small, maxBytes))) || (await large(() => reading.upTo(maxBytes)));
  return isWhole ? reading.text() : reading.stop(response);
}

/** Reads a stream as far as wanted. */
class Reading {
  readonly #stream: Readable;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #read: Buffer[] = [];
  #size = 0;

  constructor(stream: Readable) {
    this.#stream = stream;
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** Reads on. Whether that was all; false: there are more than `limit` bytes. */
  async upTo(limit: number): Promise<boolean> {
    while (this.#size <= limit) {
      const next = await this.#chunks.next();
      if (next.done === true) return true;
      this.#size += next.value.length;
      this.#read.push(next.value);
    }
    return false;
  }

  text(): string {
    return Buffer.concat(this.#read, this.#size).toString("utf8");
  }

  stop(response: IncomingMessage): undefined {
    this.#read.length = 0;
    response.destroy();
    this.#stream.destroy();
  }
}

function decoded(response: IncomingMessage, encoding: string): Readable {
  const decoder = decoders[encoding];
  if (decoder === undefined) throw new Error(`unknown content encoding: ${encoding.slice(0, 40)}`);
  // Errors reach the reader.
  return pipeline(response, decoder(), () => undefined);
}

/** Ignores a body. A short one is read to its end, so that its connection can be used again; else the connection is closed. */
export function discard(response: IncomingMessage): void {
  let size = 0;
  const timer = setTimeout(() => response.destroy(), grace).unref();
  response.on("error", () => undefined);
  response.once("close", () => clearTimeout(timer));
  response.on("data", (chunk: Buffer) => {
    size += chunk.length;
    if (size > small) response.destroy();
  });
}
