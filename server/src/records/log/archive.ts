import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { resultType } from "../../nix/events/events.ts";
import { EventLines } from "../../nix/events/lines.ts";
import { openRegular, readBounded } from "../../storage/regularFile.ts";
import { commandFiles } from "../format/files.ts";
import type { LogLimit } from "../format/schemas.ts";
import { Clock } from "./clock.ts";
import { noticeLine } from "./cut.ts";
import { logLimit } from "./limit.ts";

/** Size of one read (bytes). */
const chunkSize = 256 * 1024;

/** Starts a line with a time (epoch ms), which applies to the lines after it; no line of Nix starts like this. */
const timeMark = "@time ";

/** A time line is shorter than this (bytes). */
const maxTimeLine = 100;

/** Larger clock files are ignored (bytes); a tick takes 30 bytes. */
const maxClock = 256 * 1024 * 1024;

/** Larger archives are rejected, as they are not ours and would fill the disk (unpacked bytes). */
const maxUnpacked = 8 * 1024 * 1024 * 1024;

/**
 * Packs the event stream of a finished build: one compressed file with the lines and their times replaces `events` and `clock`.
 * Outdated progress events are left out, and so are log lines beyond `limit` (bytes), which a notice reports. If it is killed
 * meanwhile, the stream stays as it was.
 *
 * @throws when the folder cannot be written.
 */
export async function pack(folder: string, limit: number): Promise<void> {
  const clock = new Clock();
  clock.push((await readBounded(path.join(folder, commandFiles.clock), maxClock))?.toString("latin1") ?? "");
  const archive = path.join(folder, commandFiles.archive);
  const temporary = `${archive}.${process.pid}.tmp`;
  try {
    await pipeline(
      packedLines(path.join(folder, commandFiles.events), clock, limit),
      createGzip(),
      createWriteStream(temporary, { mode: 0o600 }),
    );
    await rename(temporary, archive);
  } finally {
    await rm(temporary, { force: true });
  }
  await drop(folder);
}

/** Deletes the unpacked stream of a record that has an archive. */
export async function drop(folder: string): Promise<void> {
  await rm(path.join(folder, commandFiles.events), { force: true });
  await rm(path.join(folder, commandFiles.clock), { force: true });
}

/** Recreates `events` and `clock` from the archive. @throws when it is damaged. */
export async function unpack(folder: string): Promise<void> {
  const [events, clock] = [commandFiles.events, commandFiles.clock].map(name => path.join(folder, name));
  if (events === undefined || clock === undefined) return;
  const suffix = `.${process.pid}.tmp`;
  const lines = createWriteStream(events + suffix, { mode: 0o600 });
  const times: string[] = [];
  try {
    const archive = await openRegular(path.join(folder, commandFiles.archive));
    await pipeline(archive.createReadStream(), createGunzip(), source => splitLines(source, lines, times));
    lines.end();
    await once(lines, "close");
    const handle = await open(clock + suffix, "w", 0o600);
    await handle.writeFile(times.join(""));
    await handle.close();
    await rename(clock + suffix, clock);
    await rename(events + suffix, events);
  } finally {
    // A stream that is destroyed while it is opening still creates its file.
    if (!lines.closed) {
      lines.destroy();
      await once(lines, "close").catch(() => undefined);
    }
    for (const file of [events, clock]) await rm(file + suffix, { force: true });
  }
}

async function splitLines(source: AsyncIterable<Buffer>, lines: WriteStream, times: string[]): Promise<void> {
  let rest: Buffer = Buffer.alloc(0);
  let [offset, time] = [0, ""];
  let isWithinLine = false;
  const write = async (bytes: Buffer) => {
    offset += bytes.length;
    if (offset > maxUnpacked) throw new Error("the archive is too large");
    if (!lines.write(bytes)) await once(lines, "drain");
  };
  for await (const chunk of source) {
    const whole = Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = whole.indexOf(10); end !== -1; end = whole.indexOf(10, start)) {
      const line = whole.subarray(start, end + 1);
      start = end + 1;
      const isTime = !isWithinLine && line.length < maxTimeLine && line.toString("latin1").startsWith(timeMark);
      isWithinLine = false;
      if (!isTime) await write(line);
      else {
        if (time !== "") times.push(`${time} ${offset}\n`);
        time = line.toString("latin1", timeMark.length).trim();
      }
    }
    rest = whole.subarray(start);
    if (rest.length < maxTimeLine) continue;
    // The start of a long line is written immediately instead of buffering the whole line.
    await write(rest);
    rest = rest.subarray(rest.length);
    isWithinLine = true;
  }
  if (time !== "") times.push(`${time} ${offset}\n`);
}

/** The lines to keep, in chunks. */
async function* packedLines(events: string, clock: Clock, limit: number): AsyncGenerator<Buffer> {
  const lines = new EventLines();
  const cut = new Cut(limit);
  let time: number | undefined;
  const stream = (await openRegular(events)).createReadStream({ highWaterMark: chunkSize });
  for await (const chunk of stream) {
    const kept: Buffer[] = [];
    lines.push(chunk as Buffer, (bytes, start, end, after) => {
      const line = cut.keep(bytes.toString("utf8", start, end));
      if (line === undefined) return;
      const at = clock.timeOf(after);
      if (at !== undefined && at !== time) kept.push(Buffer.from(`${timeMark}${at}\n`));
      time = at ?? time;
      kept.push(Buffer.from(`${line}\n`));
    });
    yield Buffer.concat(kept);
  }
}

const logLine = new RegExp(
  `^@nix \\{"action":"result","fields":\\[.*\\],"id":(\\d+),"type":${resultType.buildLogLine}\\}$`,
  "s",
);

/** Drops log lines beyond the limit, and adds a notice to the log of each derivation that is affected. */
class Cut {
  #left: number;
  readonly #limit: LogLimit;
  /** Activities whose log has the notice. */
  readonly #noticed = new Set<string>();

  constructor(limit: number) {
    this.#limit = logLimit(limit);
    this.#left = limit;
  }

  keep(line: string): string | undefined {
    this.#left -= line.length;
    if (this.#left >= 0) return line;
    const id = logLine.exec(line)?.[1];
    if (id === undefined) return line;
    if (this.#noticed.has(id)) return undefined;
    this.#noticed.add(id);
    return noticeLine(this.#limit, id);
  }
}
