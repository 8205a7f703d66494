import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { BuildRecords } from "../../../server/src/builds/record/record.ts";
import { type EventState, emptyState } from "../../../server/src/builds/stream/eventState.ts";
import { applyEvent } from "../../../server/src/builds/stream/reduce.ts";
import type { NixEvent } from "../../../server/src/nix/events/events.ts";
import { EventStream } from "../../../server/src/nix/events/stream.ts";
import type { LogLimit } from "../../../server/src/records/format/schemas.ts";
import { pack, unpack } from "../../../server/src/records/log/archive.ts";
import { noticeLine } from "../../../server/src/records/log/cut.ts";
import { type CutSizes, LiveCut, type StreamFile } from "../../../server/src/supervise/liveCut.ts";
import { someRequest } from "../../support/records.ts";
import {
  building,
  built,
  copying,
  drv,
  error,
  id,
  logLine,
  message,
  phase,
  progress,
  stop,
  storePath,
  totals,
} from "../../support/streams.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

// A log is cut while it grows. The sizes are those of a very small disk, so that short streams have everything in them.

const small: CutSizes = { window: 1024, margin: 256, block: 64, worthwhile: 128 };
const limit: LogLimit = { bytes: 2000, notice: "Too long." };

/** A stream in memory, with what it looked like at every moment. */
class MemoryStream implements StreamFile {
  bytes = Buffer.alloc(0);
  /** Blocks that have given their room back. */
  readonly freed = new Set<number>();
  readonly moments: Buffer[] = [];
  isClosed = false;
  canPunch = true;

  append(text: string): void {
    this.bytes = Buffer.concat([this.bytes, Buffer.from(text)]);
  }

  read(buffer: Buffer, offset: number): void {
    assert.ok(offset + buffer.length <= this.bytes.length);
    this.bytes.copy(buffer, 0, offset);
  }

  /** Half way through, too. */
  write(bytes: Buffer, offset: number): void {
    for (const done of [bytes.length >> 1, bytes.length]) {
      bytes.copy(this.bytes, offset, 0, done);
      this.moments.push(Buffer.from(this.bytes));
    }
  }

  async punch(offset: number, length: number): Promise<boolean> {
    assert.equal(offset % small.block, 0);
    assert.equal(length % small.block, 0);
    if (!this.canPunch || offset > this.bytes.length) return this.canPunch;
    for (let block = offset; block < offset + length; block += small.block) {
      this.bytes.fill(0, block, block + small.block);
      this.freed.add(block);
      this.moments.push(Buffer.from(this.bytes));
    }
    return true;
  }

  close(): void {
    this.isClosed = true;
  }
}

const text = (lines: readonly string[]) => lines.map(line => `${line}\n`).join("");

/** What is left of a stream that comes in such pieces and is looked at after each. */
async function cut(pieces: readonly string[], of: LogLimit = limit): Promise<MemoryStream> {
  const file = new MemoryStream();
  const live = new LiveCut(file, of, small);
  for (const piece of pieces) {
    file.append(piece);
    await live.look(file.bytes.length);
  }
  live.end();
  assert.ok(file.isClosed);
  return file;
}

function eventsOf(bytes: Buffer, chunk = bytes.length): [event: NixEvent, end: number][] {
  const stream = new EventStream();
  const found: [NixEvent, number][] = [];
  for (let at = 0; at < bytes.length; at += chunk)
    stream.push(Buffer.from(bytes.subarray(at, at + chunk)), (event, end) => found.push([event, end]));
  return found;
}

/** The state after a stream, except for the last lines of logs. Each event is a millisecond after the one before it. */
function stateOf(bytes: Buffer, chunk?: number): EventState {
  const state = emptyState([drv("hello")]);
  for (const [event, end] of eventsOf(bytes, chunk)) applyEvent(state, event, event.action === "result" ? 0 : end);
  for (const { tail } of state.derivations.values()) tail.length = 0;
  return state;
}

const logOf = (bytes: Buffer, of: string) =>
  eventsOf(bytes).flatMap(([event]) =>
    event.action === "result" && event.type === 101 && event.id === of ? [event.fields[0]] : [],
  );

const many = (of: string, count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => logLine(of, `line ${from + index}`));

test("a log that stays within its limit is not touched", async () => {
  const stream = text([totals(id(0)), building(id(1), drv("hello")), ...many(id(1), 10), stop(id(1))]);
  const file = await cut([stream]);
  assert.equal(file.bytes.toString(), stream);
  assert.deepEqual(file.moments, []);
});

test("a log beyond its limit frees its space, reports that once, and everything else stays in place", async () => {
  const head = [totals(id(0)), building(id(1), drv("hello"))];
  const tail = [built(id(0), 1, 1), stop(id(1))];
  const lines = [...head, ...many(id(1), 300), ...tail, ...many(id(2), 20)];
  const file = await cut([text(lines)]);
  const log = logOf(file.bytes, id(1));
  const told = log.indexOf(limit.notice);
  assert.ok(told > 5 && told < 40, `${told} lines`);
  assert.deepEqual(
    log.slice(0, told),
    Array.from({ length: told }, (_, index) => `line ${index}`),
  );
  assert.equal(log.filter(line => line === limit.notice).length, 1);
  assert.equal(logOf(file.bytes, id(2)).at(-1), "line 19");
  assert.ok(log.length < 60, `${log.length} lines`);
  assert.equal(file.bytes.length, text(lines).length);
  assert.ok(file.bytes.length - file.freed.size * small.block < 7000);
  assert.deepEqual(stateOf(file.bytes), stateOf(Buffer.from(text(lines))));
});

test("every log that is cut says so, once, also of builds that begin after the limit", async () => {
  const ids = [1, 2, 3, 4, 5].map(number => id(number));
  const lines = ids.flatMap(of => [building(of, drv(of)), ...many(of, 60), stop(of)]);
  const file = await cut([text([...lines, ...many(id(9), 60)])]);
  for (const of of ids.slice(1))
    assert.equal(logOf(file.bytes, of).filter(line => line === limit.notice).length, 1, of);
  assert.equal(logOf(file.bytes, id(5))[0], limit.notice);
});

test("notices for several logs are written one after the other, in the first free space", async () => {
  const ids = Array.from({ length: 8 }, (_, number) => id(number + 1));
  const lines = Array.from({ length: 60 }, (_, line) => ids.map(of => logLine(of, `line ${line}`))).flat();
  const file = await cut([text([...ids.map(of => building(of, drv(of))), ...lines])]);
  for (const of of ids) assert.equal(logOf(file.bytes, of).filter(line => line === limit.notice).length, 1, of);
});

test("ticks that newer ones overtake give their room back, whatever the limit; the newest before anything stays", async () => {
  const ticks = (from: number) => Array.from({ length: 200 }, (_, tick) => progress(id(1), from + tick, 1000));
  const lines = [
    copying(id(1), storePath("x"), "a", "b"),
    ...ticks(0),
    message(3, "hello"),
    ...ticks(200),
    stop(id(1)),
  ];
  const file = await cut([text([...lines, ...many(id(9), 10)])], { ...limit, bytes: 5000 });
  assert.ok(file.freed.size * small.block > 20_000);
  assert.deepEqual(stateOf(file.bytes), stateOf(Buffer.from(text([...lines, ...many(id(9), 10)]))));
  assert.ok(!file.bytes.includes(limit.notice));
});

/** A line that is not given up, though it is among logs that are. */
const kept: Record<string, string> = {
  "a start": building(id(7), drv("hello")),
  "a stop": stop(id(1)),
  "a phase": phase(id(1), "buildPhase"),
  "what is expected": `@nix {"action":"result","fields":[101,5],"id":1,"type":106}`,
  "a message": message(0, "error: no"),
  "an error that quotes a line of a log": error(logLine(id(1), "x")),
  "a word of ssh": "Connection closed.",
  "a log line that is glued to a stop": stop(id(1)) + logLine(id(2), "x"),
  "a cut line with a stop and a log line": logLine(id(1), "x").slice(0, 50) + stop(id(2)) + logLine(id(3), "y"),
  "a log line with its keys in another order": `@nix {"id":1,"action":"result","fields":["x"],"type":101}`,
  "a line that is longer than a window": message(3, "long ".repeat(1000)),
};

for (const [name, line] of Object.entries(kept))
  test(`nothing but logs and overtaken ticks is given up: ${name}`, async () => {
    const stream = text([...many(id(1), 100), line, ...many(id(1), 100)]);
    const file = await cut([stream], { ...limit, bytes: 500 });
    const at = stream.indexOf(`\n${line}\n`);
    assert.equal(file.bytes.toString("utf8", at, at + line.length + 2), `\n${line}\n`);
    assert.ok(file.freed.size > 10);
  });

test("where there is nothing that punches, nothing is changed", async () => {
  const file = new MemoryStream();
  file.canPunch = false;
  const live = new LiveCut(file, limit, small);
  const stream = text(many(id(1), 300));
  file.append(stream);
  for (let look = 0; look < 3; look++) await live.look(file.bytes.length);
  assert.equal(file.bytes.toString(), stream);
  assert.deepEqual(file.moments, []);
});

test("a disk that fails in between ends the cutting, and what is left can be read", async () => {
  const file = new MemoryStream();
  const stream = text([building(id(1), drv("hello")), ...many(id(1), 300), stop(id(1))]);
  file.append(stream);
  const { write } = file;
  let writes = 0;
  file.write = (bytes, offset) => {
    if (++writes > 5) throw new Error("ENOSPC");
    write.call(file, bytes, offset);
  };
  const live = new LiveCut(file, limit, small);
  await live.look(file.bytes.length);
  await live.look(file.bytes.length);
  live.end();
  assert.ok(file.isClosed);
  assert.equal(writes, 6);
  assert.deepEqual(stateOf(file.bytes), stateOf(Buffer.from(stream)));
});

test("ending during a scan lets the window be finished, and nothing starts after that", async () => {
  const file = new MemoryStream();
  file.append(text(many(id(1), 300)));
  const live = new LiveCut(file, limit, small);
  const looking = live.look(file.bytes.length);
  await live.look(file.bytes.length);
  live.end();
  assert.equal(file.isClosed, false);
  await looking;
  assert.ok(file.isClosed);
  assert.deepEqual(file.moments, []);
});

test("what was cut while it grew is packed as it is, and says so once", async () => {
  const lines = [totals(id(0)), building(id(1), drv("hello")), ...many(id(1), 300), built(id(0), 1, 1), stop(id(1))];
  const { bytes } = await cut([text(lines)]);
  const folder = tempFolder("liveCut");
  fs.writeFileSync(path.join(folder, "events"), bytes);
  for (const again of [Number.POSITIVE_INFINITY, 6000, 1000]) {
    await pack(folder, again);
    await unpack(folder);
    const packed = fs.readFileSync(path.join(folder, "events"));
    assert.ok(!packed.includes(0));
    const told = logOf(packed, id(1)).filter(line => /^(Too long\.|The log exceeds)/.test(String(line)));
    assert.equal(told.length, 1, `${again} bytes`);
    assert.equal(stateOf(packed).derivations.get(drv("hello"))?.state, "built");
  }
  await removeTree(folder);
});

test("a hole takes no room of a record", async () => {
  const storage = tempFolder("liveCut");
  const records = new BuildRecords(storage);
  const { id: of } = await records.create(someRequest());
  const before = await records.size(of);
  fs.writeFileSync(records.fileOf(of, "events"), "x".repeat(5000));
  fs.truncateSync(records.fileOf(of, "events"), 1024 ** 3);
  const size = (await records.size(of)) - before;
  assert.ok(size >= 4096 && size < 65_536, `${size} bytes`);
  await removeTree(storage);
});

const anyId = fc.integer({ min: 1, max: 4 }).map(number => id(number));
/** A line by its place in the stream, as counts only grow there. */
const anyLine = fc.oneof<fc.MaybeWeightedArbitrary<string | ((place: number) => string)>[]>(
  { weight: 30, arbitrary: fc.tuple(anyId, fc.string({ maxLength: 60 })).map(([of, line]) => logLine(of, line)) },
  { weight: 10, arbitrary: anyId.map(of => (done: number) => progress(of, done, 100)) },
  { weight: 2, arbitrary: anyId.map(of => building(of, drv(of))) },
  { weight: 2, arbitrary: anyId.map(of => stop(of)) },
  { weight: 1, arbitrary: anyId.map(of => copying(of, storePath(of), "a", "b")) },
  { weight: 1, arbitrary: fc.constant((done: number) => built(id(0), done, 100, 0, done >> 3)) },
  { weight: 1, arbitrary: fc.constantFrom(totals(id(0)), error(`builder for '${drv("hello")}' failed`), "ssh says") },
  { weight: 1, arbitrary: anyId.map(of => phase(of, "buildPhase")) },
  { weight: 1, arbitrary: fc.tuple(anyId, anyId).map(([a, b]) => stop(a) + logLine(b, "glued")) },
);
/** Lines often come many times over: a stream of which nothing can be given up says little. */
const anyStream = fc
  .array(fc.tuple(anyLine, fc.integer({ min: 1, max: 12 })), { minLength: 20, maxLength: 80 })
  .map(parts => parts.flatMap(([line, times]) => Array<typeof line>(times).fill(line)))
  .map(lines => text(lines.map((line, place) => (typeof line === "string" ? line : line(place)))));
const anyLimit = fc.nat(6000).map(bytes => ({ ...limit, bytes }));

function pieces(stream: string, cuts: readonly number[]): string[] {
  const places = cuts.map(place => place % (stream.length + 1)).toSorted((a, b) => a - b);
  return [0, ...places].map((place, index) => stream.slice(place, places[index] ?? stream.length));
}

test("whatever the stream and the limit, what is known of the build is the same, and one notice is in each log", async () => {
  let freed = 0;
  await fc.assert(
    fc.asyncProperty(anyStream, anyLimit, fc.integer({ min: 1, max: 700 }), async (stream, of, chunk) => {
      const file = await cut([stream], of);
      freed += file.freed.size;
      assert.equal(file.bytes.length, Buffer.byteLength(stream));
      assert.deepEqual(stateOf(file.bytes), stateOf(Buffer.from(stream)));
      assert.deepEqual(stateOf(file.bytes, chunk), stateOf(file.bytes));
      for (const number of [1, 2, 3, 4])
        assert.ok(logOf(file.bytes, id(number)).filter(line => line === limit.notice).length <= 1);
      // Nothing but log lines is lost, and the order and the offsets stay the same.
      const others = (bytes: Buffer) => eventsOf(bytes).filter(([event]) => event.action !== "result");
      assert.deepEqual(others(file.bytes), others(Buffer.from(stream)));
    }),
  );
  assert.ok(freed > 100, `${freed} blocks`);
});

test("however a stream grows, the same is given up", async () => {
  await fc.assert(
    fc.asyncProperty(anyStream, anyLimit, fc.array(fc.nat(), { maxLength: 8 }), async (stream, of, cuts) => {
      const [whole, grown] = [await cut([stream], of), await cut(pieces(stream, cuts), of)];
      assert.deepEqual(grown.bytes, whole.bytes);
      assert.deepEqual(grown.freed, whole.freed);
    }),
  );
});

test("a reader at any moment, or one that continues where it stopped, sees nothing that was not written", async () => {
  await fc.assert(
    fc.asyncProperty(anyStream, anyLimit, fc.array(fc.nat(), { maxLength: 4 }), async (stream, of, stops) => {
      const { moments } = await cut([stream], of);
      const before = Buffer.from(stream);
      const said = new Set(eventsOf(before, 1).map(([event]) => JSON.stringify(event)));
      for (const number of [1, 2, 3, 4])
        said.add(JSON.stringify(eventsOf(Buffer.from(`${noticeLine(of, id(number))}\n`))[0]?.[0]));
      const known = stateOf(before);
      const readers = [...stops.map(place => place % before.length), 0];
      // A few of the moments: there are very many.
      for (let index = 0; index < moments.length; index += 1 + (moments.length >> 3)) {
        const moment = moments[index] ?? before;
        for (const place of readers) {
          // Who follows stands anywhere, but not in the very room of a notice.
          const line = moment.subarray(moment.lastIndexOf(10, place - 1) + 1, moment.indexOf(10, place));
          if (line.includes(limit.notice)) continue;
          const state = emptyState([drv("hello")]);
          const events = new EventStream();
          const take = (event: NixEvent, end: number) => {
            // Half a line that is not an event is ignored by readers.
            assert.ok(said.has(JSON.stringify(event)) || event.action === "unknown", JSON.stringify(event));
            applyEvent(state, event, event.action === "result" ? 0 : end);
          };
          events.push(Buffer.from(before.subarray(0, place)), take);
          events.push(Buffer.from(moment.subarray(place)), take);
          for (const { tail } of state.derivations.values()) tail.length = 0;
          assert.deepEqual(state, known);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("a supervisor that takes over continues cutting, and does not repeat notices", async () => {
  const begin = [totals(id(0)), building(id(1), drv("hello")), building(id(2), drv("system"))];
  const [first, second] = [
    [...begin, ...many(id(1), 300)],
    [...many(id(1), 300, 300), ...many(id(2), 300)],
  ];
  const once = await cut([text(first), text(second)]);
  const file = new MemoryStream();
  for (const lines of [first, second]) {
    const live = new LiveCut(file, limit, small);
    file.append(text(lines));
    await live.look(file.bytes.length);
    live.end();
  }
  for (const activity of [id(1), id(2)]) {
    const log = logOf(file.bytes, activity);
    assert.equal(log.filter(line => line === limit.notice).length, 1);
    assert.ok(log.length <= logOf(once.bytes, activity).length + 1, `${log.length} lines`);
  }
  assert.deepEqual(stateOf(file.bytes), stateOf(once.bytes));
});
