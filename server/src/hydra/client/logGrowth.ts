/** How much of the end of a log is remembered (bytes), to find the same place in its last lines. */
export const anchorSize = 1024;

/** The end of what has been read of a log. */
export interface LogEnd {
  /** Up to where (bytes). */
  readonly offset: number;
  /** The last bytes before, at most `anchorSize`. */
  readonly anchor: Buffer;
}

/** The end after more has been read. */
export function endAfter(end: LogEnd | undefined, offset: number, added: Buffer): LogEnd {
  const before = end !== undefined && end.offset === offset - added.length ? end.anchor : Buffer.alloc(0);
  const anchor = added.length >= anchorSize ? added : Buffer.concat([before, added]);
  return { offset, anchor: Buffer.from(anchor.subarray(-anchorSize)) };
}

/**
 * What the last lines of a log have after the end of what is known. Undefined: that place is not among them.
 *
 * @param growth by at least this much the log has grown (bytes).
 */
export function growthIn(tail: Buffer, { anchor }: LogEnd, growth: number): Buffer | undefined {
  if (anchor.length === 0) return undefined;
  // The last such place: in lines that repeat, less is found than there is, and the next reading has the rest.
  const latest = tail.length - growth - anchor.length;
  if (latest < 0) return undefined;
  const at = tail.lastIndexOf(anchor, latest);
  return at < 0 ? undefined : tail.subarray(at + anchor.length);
}

/** How many of the last lines of a log cover some bytes, with a margin. */
export function linesFor(bytes: number, { anchor }: LogEnd): number {
  let lines = 1;
  for (const byte of anchor) if (byte === 10) lines++;
  return Math.ceil((1.5 * bytes * lines) / Math.max(anchor.length, 1)) + 20;
}

/** Without the beginning of a character at the end (UTF-8): the rest of it has not been written yet. */
export function wholeCharacters(bytes: Buffer): Buffer {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0;
    if ((byte & 0b1100_0000) === 0b1000_0000) continue;
    const size = byte >= 0b1111_0000 ? 4 : byte >= 0b1110_0000 ? 3 : byte >= 0b1100_0000 ? 2 : 1;
    return size > back ? bytes.subarray(0, -back) : bytes;
  }
  return bytes;
}
