import { open } from "node:fs/promises";
import { EventStream } from "../nix/eventStream.ts";
import { activity, type NixEvent, resultType, withoutEscapes } from "../nix/events.ts";
import { type LogPage, maxLogLines } from "../protocol.ts";
import { nameOfStorePath } from "./storePath.ts";

/** Bytes that are read at once. */
const chunkSize = 256 * 1024;

/** What an event adds to a log: undefined, or text of one line or more. */
type LogLines = (event: NixEvent) => string | undefined;

/** Reads a log out of an event stream, page by page; going on where the last page ended costs only what is new. */
export class LogReader {
  readonly #file: string;
  readonly #linesOf: () => LogLines;
  #lines: LogLines;
  /** What was read of the file, and how many log lines were given of it. */
  #byte = 0;
  #line = 0;
  /** Lines that were read and not given: the page was full. */
  #left: string[] = [];
  /** The last of the pages: two at once would read the same bytes twice. */
  #lastPage: Promise<unknown> = Promise.resolve();

  /** @param derivation the one whose log it is; undefined: everything that the build said. */
  constructor(events: string, derivation: string | undefined) {
    this.#file = events;
    this.#linesOf = () => (derivation === undefined ? wholeLog() : derivationLog(derivation));
    this.#lines = this.#linesOf();
  }

  /** The page that begins after `offset` lines. @param ended whether the stream cannot grow any more. */
  page(offset: number, ended: boolean): Promise<LogPage> {
    const page = this.#lastPage.then(() => this.#page(offset, ended));
    this.#lastPage = page.catch(() => undefined);
    return page;
  }

  async #page(offset: number, ended: boolean): Promise<LogPage> {
    if (offset < this.#line) this.#rewind();
    const text: string[] = [];
    const complete = await this.#read(line => {
      if (this.#line >= offset) text.push(`${line}\n`);
      this.#line++;
      return text.length < maxLogLines;
    });
    return { text: text.join(""), nextOffset: Math.max(offset, this.#line), done: ended && complete };
  }

  #rewind(): void {
    this.#lines = this.#linesOf();
    this.#byte = 0;
    this.#line = 0;
    this.#left = [];
  }

  /** Goes on reading until `take` has enough. Whether it got to the end. */
  async #read(take: (line: string) => boolean): Promise<boolean> {
    for (let line = this.#left.shift(); line !== undefined; line = this.#left.shift()) if (!take(line)) return false;
    const file = await open(this.#file, "r").catch(() => undefined);
    if (file === undefined) return true;
    try {
      const start = this.#byte;
      const stream = new EventStream();
      const buffer = Buffer.allocUnsafe(chunkSize);
      let position = start;
      let enough = false;
      while (!enough) {
        const { bytesRead } = await file.read(buffer, 0, chunkSize, position);
        if (bytesRead === 0) return true;
        position += bytesRead;
        stream.push(buffer.subarray(0, bytesRead), (event, end) => {
          // What the last line that counted has to say besides is left for the next page.
          if (enough && start + end > this.#byte) return;
          this.#byte = start + end;
          for (const logged of this.#lines(event)?.split("\n") ?? []) {
            if (enough) this.#left.push(logged);
            else if (!take(logged)) enough = true;
          }
        });
      }
      return false;
    } finally {
      await file.close();
    }
  }
}

/** The lines and phases of one derivation, from all activities that build it. */
function derivationLog(drvPath: string): LogLines {
  const ids = new Set<string>();
  return event => {
    if (event.action === "start" && event.type === activity.build && event.fields[0] === drvPath) ids.add(event.id);
    if (event.action !== "result" || !ids.has(event.id)) return undefined;
    if (event.type === resultType.buildLogLine) return lineOf(event.fields[0]);
    return event.type === resultType.setPhase ? phaseLine(event.fields[0]) : undefined;
  };
}

/** Everything that the build said: each derivation's lines with its name before them, messages and what ssh said. */
function wholeLog(): LogLines {
  const names = new Map<string, string>();
  return event => {
    if (event.action === "message") return event.level <= 3 && event.text !== "" ? event.text : undefined;
    if (event.action === "text") return event.text;
    if (event.action === "start" && event.type === activity.build) {
      names.set(event.id, nameOfStorePath(String(event.fields[0] ?? "")));
      return withoutEscapes(event.text);
    }
    if (event.action !== "result" || !names.has(event.id)) return undefined;
    const name = names.get(event.id);
    if (event.type === resultType.buildLogLine) return `${name}> ${lineOf(event.fields[0])}`;
    return event.type === resultType.setPhase ? `${name}> ${phaseLine(event.fields[0])}` : undefined;
  };
}

function lineOf(field: string | number | undefined): string {
  return withoutEscapes(String(field ?? ""));
}

/** A phase begins, as `nix log` shows it. */
function phaseLine(field: string | number | undefined): string {
  return `Running phase: ${lineOf(field)}`;
}
