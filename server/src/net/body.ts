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

/** A part of a body, after decompression. */
export interface BodyPart {
  readonly body: Buffer;
  /** There is more. */
  readonly isCut: boolean;
  /** The rest, if there is one and it was asked for. */
  readonly rest?: BodyRest | undefined;
}

/** The part of a body that is wanted (bytes, after decompression). */
export interface BodyWish {
  /** This much is read and dropped. */
  readonly skip: number;
  readonly limit: number;
  /** The connection stays open for the rest, for a while. */
  readonly keepsRest?: true | undefined;
}

/** For how long the rest of a body may stay unread (ms): a server has few processes for slow readers. */
const restTime = 5000;

/** The rest of a body, which is read later. Its connection is closed unless that is soon. */
export class BodyRest {
  readonly #read: (limit: number) => Promise<BodyPart>;
  readonly #stop: () => void;
  readonly #timer: NodeJS.Timeout;

  constructor(read: (limit: number) => Promise<BodyPart>, stop: () => void) {
    this.#read = read;
    this.#stop = stop;
    this.#timer = setTimeout(stop, restTime).unref();
  }

  /**
   * Reads the next part, once.
   *
   * @param timeout after which the connection is closed (ms).
   * @throws if the body ends early, or its connection has been closed.
   */
  async read(limit: number, timeout: number, signal?: AbortSignal): Promise<BodyPart> {
    clearTimeout(this.#timer);
    const timer = setTimeout(this.#stop, timeout);
    signal?.addEventListener("abort", this.#stop);
    try {
      return await this.#read(limit);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", this.#stop);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#stop();
  }
}

/**
 * Reads a part of a body: what follows the first `skip` bytes, at most `limit`. What is skipped is not kept.
 *
 * @param large reads those that are not small.
 * @throws if it ends early or cannot be decompressed.
 */
export function bodyPart(
  response: IncomingMessage,
  { skip, limit, keepsRest }: BodyWish,
  large: Queue,
): Promise<BodyPart> {
  const encoding = (response.headers["content-encoding"] ?? "").trim().toLowerCase();
  const isPlain = ["", "identity", "none"].includes(encoding);
  const length = isPlain ? Number(response.headers["content-length"] ?? Number.NaN) : Number.NaN;
  const reading = new Reading(isPlain ? response : decoded(response, encoding), skip);
  const stop = () => reading.stop(response);
  const next = async (size: number): Promise<BodyPart> => {
    const isWhole = await reading.upTo(size);
    const body = reading.take(size);
    if (isWhole) return { body, isCut: false };
    if (keepsRest !== true) stop();
    const rest = keepsRest === true ? new BodyRest(more => large(() => next(more)), stop) : undefined;
    return { body, isCut: true, rest };
  };
  return length <= small ? next(limit) : large(() => next(limit));
}

/** Reads a stream as far as wanted. */
class Reading {
  readonly #stream: Readable;
  readonly #chunks: AsyncIterator<Buffer>;
  readonly #read: Buffer[] = [];
  /** How much of the start is still to be dropped (bytes). */
  #skip: number;
  #size = 0;

  constructor(stream: Readable, skip = 0) {
    this.#stream = stream;
    this.#skip = skip;
    this.#chunks = stream[Symbol.asyncIterator]();
  }

  /** Reads on. Whether that was all; false: there are more than `limit` bytes. */
  async upTo(limit: number): Promise<boolean> {
    while (this.#size <= limit) {
      const next = await this.#chunks.next();
      if (next.done === true) return true;
      const kept = next.value.subarray(this.#skip);
      this.#skip -= next.value.length - kept.length;
      this.#size += kept.length;
      if (kept.length > 0) this.#read.push(kept);
    }
    return false;
  }

  text(): string {
    return this.take(this.#size).toString("utf8");
  }

  /** Takes what has been read, at most `limit` bytes of it. */
  take(limit: number): Buffer {
    const whole = Buffer.concat(this.#read, this.#size);
    const rest = whole.subarray(limit);
    this.#read.splice(0, Number.POSITIVE_INFINITY, rest);
    this.#size = rest.length;
    return whole.subarray(0, limit);
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
