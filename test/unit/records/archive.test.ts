import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { gzipSync } from "node:zlib";
import { LogReader } from "../../../server/src/builds/log/reader.ts";
import { BuildFollower } from "../../../server/src/builds/sources/follower.ts";
import { maxLogLines } from "../../../server/src/protocol.ts";
import { drop, pack, unpack } from "../../../server/src/records/log/archive.ts";
import { building, built, drv, id, logLine, progress, stop, totals } from "../../support/streams.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const temp = tempFolder("archive");
after(() => removeTree(temp));

const hello = drv("hello");
let folders = 0;

/** A record's folder with a stream whose every line is written a second after the one before. */
function record(lines: readonly string[]): string {
  const folder = path.join(temp, String(folders++));
  fs.mkdirSync(folder);
  for (const [index, line] of lines.entries()) {
    fs.appendFileSync(path.join(folder, "events"), `${line}\n`);
    const { size } = fs.statSync(path.join(folder, "events"));
    fs.appendFileSync(path.join(folder, "clock"), `${1000 * (index + 1)} ${size}\n`);
  }
  return folder;
}

async function stateOf(folder: string) {
  const follower = new BuildFollower(path.join(folder, "events"), path.join(folder, "clock"), [hello]);
  await follower.poll();
  return follower.state;
}

const logOf = async (folder: string, derivation?: string) =>
  (await new LogReader(path.join(folder, "events"), derivation).page(0, true)).text.split("\n").slice(0, -1);

const stream = [
  totals(id(1)),
  building(id(2), hello),
  "Warning: Permanently added 'builder-arm' (ED25519) to the list of known hosts.",
  logLine(id(2), "märz 😀"),
  ...Array.from({ length: 50 }, (_, tick) => progress(id(3), tick, 50)),
  logLine(id(2), "@time 5"),
  built(id(1), 1, 1),
  stop(id(2)),
];

test("packing and unpacking keeps the state and the times, and the archive is smaller", async () => {
  const folder = record(stream);
  const [state, log] = [await stateOf(folder), await logOf(folder)];
  await pack(folder, Number.POSITIVE_INFINITY);
  assert.deepEqual(fs.readdirSync(folder), ["events.gz"]);
  await unpack(folder);
  assert.deepEqual(await stateOf(folder), state);
  assert.deepEqual(await logOf(folder), log);
  const ticks = fs.readFileSync(path.join(folder, "events"), "utf8").match(/"result".*"type":105}$/gm);
  assert.equal(ticks?.length, 2);
  await drop(folder);
  assert.deepEqual(fs.readdirSync(folder), ["events.gz"]);
});

test("log lines beyond the limit are left out, and the log says so once; states stay", async () => {
  const many = Array.from({ length: 100 }, (_, index) => logLine(id(2), `line ${index}`));
  const folder = record([totals(id(1)), building(id(2), hello), ...many, built(id(1), 1, 1), stop(id(2))]);
  await pack(folder, 2000);
  await unpack(folder);
  const log = await logOf(folder, hello);
  assert.ok(log.length > 5 && log.length < 50, `${log.length} lines`);
  assert.equal(log[0], "line 0");
  assert.match(log.at(-1) ?? "", /^The log exceeds .* MiB: later output was discarded\.$/);
  assert.deepEqual((await stateOf(folder)).derivations.get(hello)?.state, "built");
});

test("a stream that cannot be packed stays as it is, without remains", async () => {
  const folder = record(stream);
  fs.mkdirSync(path.join(folder, "events.gz"));
  const before = fs.readFileSync(path.join(folder, "events"));
  await assert.rejects(pack(folder, Number.POSITIVE_INFINITY));
  assert.deepEqual(fs.readFileSync(path.join(folder, "events")), before);
  assert.deepEqual(fs.readdirSync(folder).toSorted(), ["clock", "events", "events.gz"]);
});

test("a damaged archive is refused and leaves nothing behind", async () => {
  const folder = record(stream);
  await pack(folder, Number.POSITIVE_INFINITY);
  const archive = path.join(folder, "events.gz");
  fs.writeFileSync(archive, fs.readFileSync(archive).subarray(0, 40));
  await assert.rejects(unpack(folder));
  assert.deepEqual(fs.readdirSync(folder), ["events.gz"]);
});

test("a log that was read half way continues after its stream was packed and unpacked", async () => {
  const lines = Array.from({ length: maxLogLines + 50 }, (_, index) => `line ${index}`);
  const ticks = (index: number) => Array.from({ length: 5 }, (_, tick) => progress(id(3), 5 * index + tick, 100_000));
  const folder = path.join(temp, String(folders++));
  fs.mkdirSync(folder);
  const stream = [building(id(2), hello), ...lines.flatMap((line, index) => [...ticks(index), logLine(id(2), line)])];
  fs.writeFileSync(path.join(folder, "events"), stream.map(line => `${line}\n`).join(""));
  const reader = new LogReader(path.join(folder, "events"), hello);
  const first = await reader.page(0, true);
  assert.equal(first.nextOffset, maxLogLines);
  await pack(folder, Number.POSITIVE_INFINITY);
  await unpack(folder);
  const second = await reader.page(first.nextOffset, true);
  assert.deepEqual((first.text + second.text).split("\n").slice(0, -1), lines);
  assert.equal(second.done, true);
});

test("a line of any length is unpacked in a time that grows with its length", { timeout: 60_000 }, async () => {
  const folder = record([]);
  const long = "x".repeat(64 * 1024 * 1024);
  const packed = gzipSync(`first\n@time 1000\n${long}\nlast\n`);
  fs.writeFileSync(path.join(folder, "events.gz"), packed);
  await unpack(folder);
  const text = fs.readFileSync(path.join(folder, "events"), "utf8");
  assert.equal(text.length, long.length + "first\n\nlast\n".length);
  assert.ok(text.startsWith("first\nx") && text.endsWith("x\nlast\n"));
  assert.equal(fs.readFileSync(path.join(folder, "clock"), "utf8"), `1000 ${text.length}\n`);
});

test("what is no regular file is neither packed nor unpacked", async () => {
  const folder = record([]);
  for (const [name, action] of [
    ["events", () => pack(folder, 1000)],
    ["events.gz", () => unpack(folder)],
  ] as const) {
    fs.symlinkSync("/dev/zero", path.join(folder, name));
    await assert.rejects(action());
    assert.deepEqual(fs.readdirSync(folder), [name]);
    fs.rmSync(path.join(folder, name));
  }
});
