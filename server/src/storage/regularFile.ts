import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";

/** How much is read at a time; a file whose size is reported as zero may still have content. */
const chunkBytes = 64 * 1024;

/**
 * Opens a regular file for reading, following links. Never waits for a FIFO, nor opens a device.
 *
 * @throws an error with a `code` if the file does not exist or may not be read; without one if it is not a regular file.
 */
export async function openRegular(file: string): Promise<FileHandle> {
  // Merely opening a device may have an effect.
  if (!(await stat(file)).isFile()) throw new NotRegularError(file);
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await handle.stat()).isFile()) throw new NotRegularError(file);
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * The content of a regular file. Its reported size is not trusted: never reads more than `maxBytes`, even if the file is
 * endless.
 *
 * @throws as `openRegular` does, and if the file is larger than `maxBytes`.
 */
export async function readRegular(file: string, maxBytes: number): Promise<Buffer> {
  const handle = await openRegular(file);
  try {
    const { size } = await handle.stat();
    const chunks: Buffer[] = [];
    let total = 0;
    while (total <= maxBytes && size <= maxBytes) {
      const length = Math.min(Math.max(size - total, 0) + chunkBytes, maxBytes + 1 - total);
      const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(length), 0, length, total);
      if (bytesRead === 0) return Buffer.concat(chunks);
      chunks.push(buffer.subarray(0, bytesRead));
      total += bytesRead;
    }
    throw new Error(`larger than ${maxBytes} bytes: ${file}`);
  } finally {
    await handle.close();
  }
}

/** For small files: allocating a buffer takes longer than reading one. */
const shared = Buffer.allocUnsafeSlow(chunkBytes);

/**
 * The text of a regular file, read synchronously: for thousands of small files this is several times faster. Undefined if it cannot be
 * read or is larger than `maxBytes`.
 */
export function readTextSync(file: string, maxBytes: number): string | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const stats = fstatSync(descriptor);
    if (!stats.isFile() || stats.size > maxBytes) return undefined;
    const buffer = stats.size <= shared.length ? shared : Buffer.allocUnsafe(stats.size);
    return buffer.toString("utf8", 0, readSync(descriptor, buffer, 0, stats.size, 0));
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** The content of a regular file; undefined if it cannot be read or is larger than `maxBytes`. */
export async function readBounded(file: string, maxBytes: number): Promise<Buffer | undefined> {
  return readRegular(file, maxBytes).catch(() => undefined);
}

/**
 * Why an existing file cannot be read; undefined if it can, or does not exist. Only its beginning is read.
 *
 * @param maxBytes the largest size allowed.
 */
export async function whyUnreadable(file: string, maxBytes = Number.POSITIVE_INFINITY): Promise<string | undefined> {
  try {
    const handle = await openRegular(file);
    try {
      await handle.read(Buffer.allocUnsafe(1), 0, 1, 0);
      return (await handle.stat()).size > maxBytes ? `larger than ${maxBytes} bytes` : undefined;
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? undefined : message;
  }
}

class NotRegularError extends Error {
  constructor(file: string) {
    super(`not a regular file: ${file}`);
  }
}
