import { constants } from "node:fs";
import { open, stat } from "node:fs/promises";

/** Read at once; a file may say that it is empty and have something all the same. */
const chunkBytes = 64 * 1024;

/**
 * The content of a regular file; undefined when there is none, when it may not be read, and when it is larger than `maxBytes`.
 * A FIFO or a device is not waited for, and what its size says is not trusted: of what never ends no more than that is read.
 */
export async function readBounded(file: string, maxBytes: number): Promise<Buffer | undefined> {
  try {
    // To open a device may already do something.
    if (!(await stat(file)).isFile()) return undefined;
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const found = await handle.stat();
      if (!found.isFile() || found.size > maxBytes) return undefined;
      const chunks: Buffer[] = [];
      let total = 0;
      while (total <= maxBytes) {
        const length = Math.min(Math.max(found.size - total, 0) + chunkBytes, maxBytes + 1 - total);
        const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, total);
        if (bytesRead === 0) return Buffer.concat(chunks);
        chunks.push(buffer.subarray(0, bytesRead));
        total += bytesRead;
      }
      return undefined;
    } finally {
      await handle.close();
    }
  } catch {
    return undefined;
  }
}
