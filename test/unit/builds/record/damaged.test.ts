import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, afterEach, beforeEach, test } from "node:test";
import fc from "fast-check";
import { URI } from "vscode-uri";
import { Builds } from "../../../../server/src/builds/builds.ts";
import { damagedRecordOf } from "../../../../server/src/builds/record/damagedRecord.ts";
import { BuildRecords } from "../../../../server/src/builds/record/record.ts";
import { damagedSummary } from "../../../../server/src/builds/summary/damagedSummary.ts";
import { type BuildDelta, type BuildSummary, finalStates } from "../../../../server/src/protocol.ts";
import { defaultSettings } from "../../../../server/src/settings/settings.ts";
import { idleWorld } from "../../../support/idleWorld.ts";
import { deadProcess, localFacts, someEvaluation, someRequest, thisProcess } from "../../../support/records.ts";
import { drv } from "../../../support/streams.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";
import { until } from "../../../support/until.ts";

// Records whose request is missing or damaged: they are shown, and do not affect others.

const temp = tempFolder("damaged");
after(() => removeTree(temp));

const at = "2024-05-01T12:00:00.000Z";
const made = Date.parse("2024-05-01T11:58:30.000Z");

/** One build is kept. */
const limits = () => ({ ...defaultSettings.history, count: 1 });

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
  const builds = new Builds(storage, idleWorld({ limits }), delta => deltas.push(delta));
  opened.push(builds);
  await builds.open();
  return builds;
}

/** Creates a record with files that were last modified this long ago (ms). */
function record(files: Readonly<Record<string, unknown>>, age = 3_600_000): string {
  const id = `${made.toString(36).padStart(9, "0")}-${(++tests).toString(16).padStart(8, "0")}`;
  const folder = records.folderOf(id);
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files))
    fs.writeFileSync(path.join(folder, name), typeof content === "string" ? content : JSON.stringify(content));
  touched(id, age);
  return id;
}

function touched(id: string, age: number): void {
  const time = new Date(Date.now() - age);
  fs.utimesSync(records.folderOf(id), time, time);
}

const request = someRequest({ owner: deadProcess });
const summary = { id: "x", uri: request.uri, machine: "db01", state: "failed" };

/** Content of the folder -> what is still shown. */
const cases: Record<string, { files: Record<string, unknown>; told: Partial<BuildSummary> }> = {
  "no file at all": { files: {}, told: {} },
  "an empty request": { files: { "request.json": "" }, told: {} },
  "half a request": { files: { "request.json": `{"id":"0lvx` }, told: {} },
  "a request of another kind": { files: { "request.json": "[1]" }, told: {} },
  "a request that has lost its owner": {
    files: { "request.json": { ...request, owner: undefined, attribute: "config.x" } },
    told: { machine: "web01", uri: request.uri, attribute: "config.x", startedAt: request.startedAt },
  },
  "a request whose every value is of another type": {
    files: { "request.json": { id: 1, uri: "no URI", machine: 7, attribute: {}, place: "x", startedAt: "yesterday" } },
    told: {},
  },
  "an evaluation without a request": {
    files: { "evaluation.json": { at, evaluation: someEvaluation({ machine: "mail" }) } },
    told: { machine: "mail", drvPath: drv("system"), system: "x86_64-linux" },
  },
  "a summary of another version": { files: { "summary.json": summary }, told: { machine: "db01", uri: request.uri } },
  "how it ended": { files: { "result.json": { code: 0, signal: null, at } }, told: { stoppedAt: at } },
  "that the user keeps it": { files: { keep: "" }, told: { kept: { pinned: true } } },
  "a supervisor that is dead": { files: { "process.json": { supervisor: deadProcess } }, told: {} },
};

for (const [name, { files, told }] of Object.entries(cases))
  test(`a damaged record is listed as lost, with what is known of it: ${name}`, async () => {
    const id = record(files);
    const [found, ...others] = (await open()).list();
    assert.deepEqual(others, []);
    assert.ok(found);
    const { failure, ...rest } = found;
    const expected = {
      machine: id,
      uri: URI.file(path.join(records.folderOf(id), "request.json")).toString(),
      startedAt: new Date(made).toISOString(),
      kept: { pinned: false },
      ...told,
    };
    const known = Object.fromEntries(Object.keys(expected).map(key => [key, rest[key as keyof typeof rest]]));
    assert.deepEqual(known, expected);
    assert.equal(rest.state, "lost");
    assert.deepEqual([failure?.code, failure?.severity], ["damaged-record", "error"]);
    assert.match(failure?.message ?? "", /damaged.*Remove Build/);
    assert.ok(failure?.detail?.includes(records.folderOf(id)), failure?.detail);
    assert.match(failure?.detail ?? "", /request\.json: ./);
  });

test("a damaged record is removed with everything in it, and its removal is published", async () => {
  const id = record({ "evaluation.json": "{}", events: "x", "process.json": { supervisor: deadProcess } });
  const builds = await open();
  assert.deepEqual(await builds.remove(id), { value: null });
  assert.equal(fs.existsSync(records.folderOf(id)), false);
  assert.equal(deltas.at(-1)?.removed, true);
  assert.deepEqual(builds.list(), []);
});

test("every request about a damaged record gets a response", async () => {
  const id = record({ "evaluation.json": { at, evaluation: someEvaluation() }, events: "Hello.\n" });
  const builds = await open();
  const details = await builds.details(id);
  assert.equal("value" in details && details.value.failure?.code, "damaged-record");
  const log = await builds.log(id, { offset: 0 });
  assert.equal("value" in log && log.value.text, "Hello.\n");
  const signatures = await builds.signatures(id);
  assert.equal("problem" in signatures && signatures.problem.code, "not-checked");
  assert.deepEqual(await builds.cancel(id), { value: null });
  await builds.keep(id, true);
  touched(id, 3_600_000);
  await until("it is kept", () => builds.list().find(({ kept }) => kept.pinned === true));
});

test("a record that is being created is not published, and is listed once its request exists", async () => {
  const id = record({ "request.json.4711.tmp": `{"id":` }, 0);
  const builds = await open();
  assert.deepEqual([builds.list(), deltas], [[], []]);
  fs.writeFileSync(records.fileOf(id, "request"), JSON.stringify(someRequest({ id })));
  const found = await until("the record is listed", () => builds.list()[0]);
  assert.deepEqual([found.state, found.failure], ["evaluating", undefined]);
});

test("a record whose request can be read again is a record again", async () => {
  const id = record({ "request.json": "" });
  const builds = await open();
  assert.equal(builds.list()[0]?.state, "lost");
  fs.writeFileSync(records.fileOf(id, "request"), JSON.stringify(someRequest({ id })));
  const found = await until("it is sound", () => builds.list().find(({ state }) => state === "evaluating"));
  assert.deepEqual([found.failure, found.machine], [undefined, "web01"]);
  assert.deepEqual(
    deltas.map(({ revision }) => revision),
    deltas.map((_, index) => index + 1),
  );
  assert.equal(fs.existsSync(records.fileOf(id, "summary")), false);
});

test("a record that is damaged while it is followed keeps its names, and is damaged once no process writes it any more", async () => {
  const id = record({ "process.json": { supervisor: thisProcess() } });
  fs.writeFileSync(records.fileOf(id, "request"), JSON.stringify(someRequest({ id, attribute: "config.x" })));
  const builds = await open();
  assert.deepEqual([builds.list()[0]?.state, builds.list()[0]?.failure], ["building", undefined]);
  fs.writeFileSync(records.fileOf(id, "request"), "\u0000\u0000");
  touched(id, 3_600_000);
  const running = await until("it is told", () => builds.list().find(({ failure }) => failure !== undefined));
  // Its supervisor lives: it can be cancelled, and neither be removed nor pruned.
  assert.deepEqual(
    [running.state, running.machine, running.uri, running.attribute, running.failure?.code],
    ["building", "web01", request.uri, "config.x", "damaged-record"],
  );
  const refused = await builds.remove(id);
  assert.equal("problem" in refused && refused.problem.code, "running");
  await builds.cancel(id);
  assert.ok(await records.isCancelRequested(id));
  fs.writeFileSync(records.fileOf(id, "process"), JSON.stringify({ supervisor: deadProcess }));
  touched(id, 3_600_000);
  await until("it is lost", () => builds.list().find(({ state }) => finalStates.has(state)));
});

test("a finished build is shown from its summary, even if its request is damaged later", async () => {
  const { place, uri, machine } = request;
  const progress = { done: 1, running: 0, failed: 0, expected: 1 };
  const id = record({ "request.json": "" });
  const transfers = { running: 0, done: 0, bytesDone: 0, bytesExpected: 0 };
  const known = { id, uri, machine, place, revision: 3, startedAt: at, stoppedAt: at, progress, transfers };
  const ended = { ...known, state: "succeeded" };
  fs.writeFileSync(records.fileOf(id, "summary"), JSON.stringify({ ...ended, kept: {} }));
  const builds = await open();
  assert.deepEqual(
    builds.list().map(({ state, failure }) => [state, failure]),
    [["succeeded", undefined]],
  );
  await builds.keep(id, true);
  assert.equal(builds.list()[0]?.kept.pinned, true);
});

test("damaged records are pruned as others are, but not while their supervisor lives or the user keeps them", async () => {
  const kept = record({ keep: "" });
  const alive = record({ "process.json": { supervisor: thisProcess() } });
  const [old, last] = [record({ "request.json": "" }), record({})];
  const builds = await open();
  await builds.tidy();
  assert.deepEqual(new Set(builds.list().map(({ id }) => id)), new Set([kept, alive]));
  assert.deepEqual(
    [old, last].map(id => fs.existsSync(records.folderOf(id))),
    [false, false],
  );
});

test("a file is not a record", async () => {
  record({});
  fs.writeFileSync(path.join(storage, "builds", "0lvxa2c00-deadbeef"), "");
  assert.equal((await open()).list().length, 1);
});

test("a record that cannot be made leaves no damaged one behind", async () => {
  const { id: _, ...content } = request;
  const circle: { self?: unknown } = {};
  circle.self = circle;
  await assert.rejects(records.create({ ...content, environment: circle as never }));
  assert.deepEqual(await records.ids(), []);
});

test("whatever JSON the files of a damaged record hold, and whatever its id, it has a summary", async () => {
  const id = record({ "request.json": "" });
  const text = fc.oneof(fc.json(), fc.string());
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("request", "evaluation", "process", "result", "summary" as const),
      text,
      async (name, content) => {
        fs.writeFileSync(records.fileOf(id, name), content);
        touched(id, 3_600_000);
        const remains = await damagedRecordOf(records, localFacts(records), id, Date.now());
        assert.ok(remains);
        assert.ok(finalStates.has(damagedSummary(remains, undefined).state));
      },
    ),
  );
  const remains = await damagedRecordOf(records, localFacts(records), id, Date.now());
  assert.ok(remains);
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-z]+-[0-9a-f]+$/), other => {
      assert.ok(
        !Number.isNaN(Date.parse(damagedSummary({ ...remains, id: other, startedAt: undefined }, undefined).startedAt)),
      );
    }),
  );
});
