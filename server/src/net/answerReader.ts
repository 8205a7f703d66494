/** An answer to a pipelined request. */
export interface PipelinedAnswer {
  readonly status: number;
  /** Empty for HEAD. */
  readonly text: string;
}

/** The longest header of an answer (bytes). */
const maxHeader = 16 * 1024;

/**
 * Reads the answers of a connection, one after another. It is over at whatever is not plain: an answer without a length, in pieces,
 * compressed, too large, or the last one of the connection.
 */
export class AnswerReader {
  readonly #maxBytes: number | undefined;
  #rest: Buffer = Buffer.alloc(0);
  #isOver = false;

  /** @param maxBytes the longest body; undefined: answers have none. */
  constructor(maxBytes: number | undefined) {
    this.#maxBytes = maxBytes;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** The answers that are complete with these bytes. */
  *read(chunk: Buffer): Generator<PipelinedAnswer> {
    if (this.#isOver) return;
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    for (;;) {
      const end = bytes.indexOf("\r\n\r\n");
      if (end < 0) {
        this.#isOver = bytes.length > maxHeader;
        break;
      }
      const head = parseHead(bytes.toString("latin1", 0, end));
      const start = end + 4;
      const length = head === undefined ? undefined : this.#lengthOf(head);
      if (head === undefined || length === undefined) {
        this.#isOver = true;
        break;
      }
      if (bytes.length < start + length) break;
      const text = bytes.toString("utf8", start, start + length);
      bytes = bytes.subarray(start + length);
      yield { status: head.status, text };
      if (head.isLast) {
        this.#isOver = true;
        break;
      }
    }
    this.#rest = this.#isOver ? Buffer.alloc(0) : bytes;
  }

  /** The size of a body (bytes); undefined if it is not plain. */
  #lengthOf({ status, length, isPlain }: Head): number | undefined {
    if (status < 200) return undefined;
    if (this.#maxBytes === undefined || status === 204 || status === 304) return 0;
    return isPlain && length !== undefined && length <= this.#maxBytes ? length : undefined;
  }
}

interface Head {
  readonly status: number;
  readonly length: number | undefined;
  /** Its body is what is sent, as a whole. */
  readonly isPlain: boolean;
  /** The server closes the connection after it. */
  readonly isLast: boolean;
}

function parseHead(text: string): Head | undefined {
  const [start = "", ...lines] = text.split("\r\n");
  const status = /^HTTP\/1\.1 (\d{3})(?: |$)/.exec(start)?.[1];
  if (status === undefined) return undefined;
  let length: number | undefined;
  let [isPlain, isLast] = [true, false];
  for (const line of lines) {
    const colon = line.indexOf(":");
    const value = line.slice(colon + 1).trim();
    switch (line.slice(0, colon).toLowerCase()) {
      case "content-length":
        if (length !== undefined || !/^\d{1,9}$/.test(value)) return undefined;
        length = Number(value);
        break;
      case "transfer-encoding":
        isPlain = false;
        break;
      case "content-encoding":
        isPlain &&= /^(?:identity|none)?$/i.test(value);
        break;
      case "connection":
        isLast ||= /\bclose\b/i.test(value);
    }
  }
  return { status: Number(status), length, isPlain, isLast };
}
