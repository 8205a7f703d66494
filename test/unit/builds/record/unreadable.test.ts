import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import { Builds } from "../../../../server/src/builds/builds.ts";
import { isLossy } from "../../../../server/src/builds/record/damage.ts";
import { recordFiles } from "../../../../server/src/builds/record/files.ts";
import { BuildRecords } from "../../../../server/src/builds/record/record.ts";
import { type BuildDelta, type BuildSummary, finalStates } from "../../../../server/src/protocol.ts";
import { defaultSettings } from "../../../../server/src/settings/settings.ts";
import { idleWorld } from "../../../support/idleWorld.ts";
import { deadProcess, signatureReport, someEvaluation, someRequest } from "../../../support/records.ts";
import { id as activity, building, drv, logLine } from "../../../support/streams.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";
import { until } from "../../../support/until.ts";

// A file of a record that is not a regular file, never ends or cannot be read: damage to that record only.

const temp = tempFolder("unreadable");
after(() => removeTree(temp));

const at = "2024-05-01T12:00:00.000Z";
const [sound, damaged] = ["0lvxa2c00-0000000a", "0lvxa2c01-0000000b"];

let storage = "";
let tests = 0;
let records: BuildRecords;
let deltas: BuildDelta[] = [];
const opened: Builds[] = [];

beforeEach(() => {
  storage = path.join(temp, `storage${tests++}`);
  records = new BuildRecords(storage);
  deltas = [];
});

afterEach(() => {
  for (const builds of opened.splice(0)) builds.close();
});

async function open(): Promise<Builds> {
  const limits = () => ({ ...defaultSettings.history, age: Number.POSITIVE_INFINITY });
  const world = idleWorld({ mayEvaluate: () => false, limits });
  const builds = new Builds(storage, world, delta => deltas.push(delta));
  opened.push(builds);
  await builds.open();
  return builds;
}

const command = { file: "nix-store", args: [], cwd: "/", lock: "x", launchedAt: 0 };

/** A record of a build that failed, with everything but its summary. @param store where it was built; undefined: here. */
function record(id: string, store?: string): void {
  const contents: Record<string, unknown> = {
    request: someRequest({ id, owner: deadProcess, command, store }),
    evaluation: { at, evaluation: someEvaluation() },
    graph: [],
    process: { supervisor: deadProcess, nix: deadProcess },
    result: { code: 1, signal: null, at },
    signatures: signatureReport(),
  };
  fs.mkdirSync(records.folderOf(id), { recursive: true });
  for (const [name, content] of Object.entries(contents))
    fs.writeFileSync(records.fileOf(id, name as "request"), JSON.stringify(content));
  fs.writeFileSync(
    records.fileOf(id, "events"),
    `${[building(activity(1), drv("hello")), logLine(activity(1), "words")].join("\n")}\n`,
  );
  fs.writeFileSync(records.fileOf(id, "clock"), "1714564740000 10000\n");
}

/** Puts something in the place of a file. */
const obstacles: Record<string, (file: string) => void> = {
  "a directory": file => fs.mkdirSync(file),
  "a FIFO": file => execFileSync("mkfifo", [file]),
  "an endless device": file => fs.symlinkSync("/dev/zero", file),
  "a link to itself": file => fs.symlinkSync(file, file),
  "a file whose reading fails": file => fs.symlinkSync("/proc/self/mem", file),
  "an empty file": file => fs.writeFileSync(file, ""),
  "JSON that was cut": file => fs.writeFileSync(file, '{"version":1,"at":"2024-'),
  "JSON of something else": file => fs.writeFileSync(file, '[{"at":1}]'),
  "JSON of a later version": file => fs.writeFileSync(file, '{"version":3}'),
  "a file of 100 MB": file => {
    fs.writeFileSync(file, "{");
    fs.truncateSync(file, 1e8);
  },
};

const names = Object.keys(recordFiles) as (keyof typeof recordFiles)[];

/** Of these every other content is: whatever is in a stream is read as far as it is one. */
const malformed = new Set(["an empty file", "JSON that was cut", "JSON of something else", "JSON of a later version"]);
const streams = new Set<string>(["events", "clock", "archive"]);

/** A large one of these is not damage: a stream may be large. */
const mayBeLarge = new Set<string>([
  "events",
  "clock",
  "archive",
  "cancel",
  "keep",
  "drv",
  "output",
  "built",
  "logs",
  "lock",
]);
/** Of these only that they are there counts, or where they lead to. */
const notRead = new Set<string>(["cancel", "keep", "drv", "output", "built", "logs", "lock"]);

/** These are read only of builds in another store. */
const ofStoreBuilds = new Set<string>(["connection", "stored"]);

for (const [kind, put] of Object.entries(obstacles))
  for (const name of names)
    test(`${kind} as ${recordFiles[name]} hides no other record, and all that is asked is answered`, {
      timeout: 60_000,
    }, async () => {
      record(sound);
      record(damaged, ofStoreBuilds.has(name) ? "ssh-ng://builder" : undefined);
      fs.rmSync(records.fileOf(damaged, name), { recursive: true, force: true });
      put(records.fileOf(damaged, name));
      fs.utimesSync(records.folderOf(damaged), new Date(0), new Date(0));
      const builds = await open();
      const find = (id: string) => builds.list().find(build => build.id === id);
      const [good, bad] = await until("both have ended", () => bothEnded(find(sound), find(damaged)), 30_000);
      assert.deepEqual([good.state, good.failure?.code], ["failed", "build-failed"]);
      const isSound =
        (kind === "a file of 100 MB" && mayBeLarge.has(name)) || (malformed.has(kind) && streams.has(name));
      const isDamage = !notRead.has(name) && !isSound;
      if (isDamage && isLossy(new Map([[name, ""]]))) assert.equal(bad.failure?.code, "damaged-record");
      const details = await builds.details(damaged);
      assert.ok("value" in details);
      assert.ok("value" in (await builds.log(damaged, { offset: 0 })));
      await builds.signatures(damaged);
      await builds.cancel(damaged);
      await builds.keep(damaged, true);
      await builds.keep(damaged, false);
      await builds.tidy();
      assert.deepEqual(await builds.remove(damaged), { value: null });
      assert.equal(fs.existsSync(records.folderOf(damaged)), false);
    });

function bothEnded(
  one: BuildSummary | undefined,
  other: BuildSummary | undefined,
): [BuildSummary, BuildSummary] | undefined {
  const isEnded = (build: BuildSummary | undefined): build is BuildSummary =>
    finalStates.has(build?.state ?? "building");
  return isEnded(one) && isEnded(other) ? [one, other] : undefined;
}

test("a build whose events cannot be read is shown with its result and the damage", async () => {
  record(damaged);
  fs.rmSync(records.fileOf(damaged, "events"));
  fs.mkdirSync(records.fileOf(damaged, "events"));
  const [build] = (await open()).list();
  assert.deepEqual([build?.state, build?.failure?.code], ["failed", "damaged-record"]);
  assert.ok(build?.failure?.detail?.includes(records.fileOf(damaged, "events")), build?.failure?.detail);
});

test("a build whose output is there and whose result was cut by a power failure is not shown as undamaged", async () => {
  record(damaged);
  const output = path.join(temp, "output");
  fs.writeFileSync(output, "");
  fs.symlinkSync(output, records.fileOf(damaged, "output"));
  fs.writeFileSync(records.fileOf(damaged, "result"), "");
  const [build] = (await open()).list();
  const { code, severity } = build?.failure ?? {};
  assert.deepEqual([build?.state, code, severity], ["succeeded", "damaged-record", "warning"]);
  assert.ok(build?.failure?.detail?.includes(records.fileOf(damaged, "result")), build?.failure?.detail);
});

test("recreated files are undamaged the next time", async () => {
  record(damaged);
  fs.mkdirSync(records.fileOf(damaged, "summary"));
  const first = await open();
  await until("it has ended", () => first.list().find(({ state }) => state === "failed"));
  first.close();
  const [build] = (await open()).list();
  assert.deepEqual([build?.state, build?.failure?.code], ["failed", "build-failed"]);
  assert.ok(fs.statSync(records.fileOf(damaged, "summary")).isFile());
});

test("a storage folder that cannot be read for a while takes no build away", async () => {
  record(sound);
  const builds = await open();
  const folder = path.join(storage, "builds");
  fs.renameSync(folder, `${folder}.aside`);
  fs.symlinkSync(folder, folder);
  const before = deltas.length;
  // It is searched every other second.
  fs.mkdirSync(`${folder}.aside/0lvxa2c02-0000000c`);
  await builds.tidy();
  assert.equal(builds.list().length, 1);
  fs.rmSync(folder);
  fs.renameSync(`${folder}.aside`, folder);
  record("0lvxa2c02-0000000c");
  await until("the new one is found", () => (builds.list().length === 2 ? true : undefined));
  assert.ok(deltas.slice(before).every(({ removed }) => removed === undefined));
});
