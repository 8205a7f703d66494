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
 * @param large reads those that are not small.
 * @throws if it ends early or cannot be decompressed.
 */
export async function bodyText(response: IncomingMessage, maxBytes: number, large: Queue): Promise<string | undefined> {
  const stream = decoded(response);
  const chunks: Buffer[] = [];
  const iterator: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  let size = 0;
  const readUpTo = async (limit: number): Promise<boolean> => {
    while (size <= limit) {
      const next = await iterator.next();
      if (next.done === true) return true;
      size += next.value.length;
      chunks.push(next.value);
    }
    return false;
  };
  const limit = Math.min(small, maxBytes);
  if (!(await readUpTo(limit)) && !(await large(() => readUpTo(maxBytes)))) {
    response.destroy();
    stream.destroy();
    return undefined;
  }
  return Buffer.concat(chunks, size).toString("utf8");
}

function decoded(response: IncomingMessage): Readable {
  const encoding = (response.headers["content-encoding"] ?? "").trim().toLowerCase();
  if (["", "identity", "none"].includes(encoding)) return response;
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
