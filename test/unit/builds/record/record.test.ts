import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, beforeEach, test } from "node:test";
import fc from "fast-check";
import type { RecordFacts } from "../../../../server/src/builds/record/facts.ts";
import { recordFiles } from "../../../../server/src/builds/record/files.ts";
import { BuildRecords, type EvaluationResult } from "../../../../server/src/builds/record/record.ts";
import { stateOf } from "../../../../server/src/builds/summary/state.ts";
import { summaryOf } from "../../../../server/src/builds/summary/summary.ts";
import type { Build, Problem } from "../../../../server/src/protocol.ts";
import {
  deadProcess,
  localFacts,
  signatureReport,
  someEvaluation,
  someRequest,
  thisProcess,
} from "../../../support/records.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";

const temp = tempFolder("record");
after(() => removeTree(temp));

let storage = "";
let records: BuildRecords;
let tests = 0;

beforeEach(() => {
  storage = path.join(temp, `storage${tests++}`);
  records = new BuildRecords(storage);
});

const at = "2024-05-01T12:00:00.000Z";
const { id: _, ...request } = someRequest();

test("a record is private, and its request can be read again", async () => {
  const made = await records.create(request);
  assert.match(made.id, /^[0-9a-z]{9,}-[0-9a-f]{8}$/);
  assert.deepEqual(made, { ...request, id: made.id });
  assert.equal(fs.statSync(records.folderOf(made.id)).mode & 0o777, 0o700);
  assert.equal(fs.statSync(records.fileOf(made.id, "request")).mode & 0o777, 0o600);
  const facts = await localFacts(records).of(made.id);
  assert.deepEqual(facts?.request, made);
  assert.deepEqual(
    [facts?.ownerAlive, facts?.liveness.supervisor === "alive", facts?.cancelled, facts?.output],
    [true, false, false, undefined],
  );
});

test("a record is removed as a whole, also while another window writes into it", async () => {
  for (let round = 0; round < 50; round++) {
    const { id } = await records.create(request);
    let isRemoved = false;
    const write = async () => {
      while (!isRemoved) await records.write(id, "summary", {}).catch(() => undefined);
    };
    const writers = [write(), write()];
    await records.remove(id).finally(() => {
      isRemoved = true;
    });
    await Promise.all(writers);
    assert.deepEqual(fs.readdirSync(path.join(storage, "builds")), [], `round ${round}`);
  }
});

test("what is left of a record that was being removed is none, and goes", async () => {
  const { id } = await records.create(request);
  const left = `${records.folderOf(id)}.0123abcd.old`;
  fs.mkdirSync(left);
  assert.deepEqual(await records.ids(), [id]);
  await records.removeUnfinished(Date.now());
  assert.deepEqual(fs.readdirSync(path.join(storage, "builds")), [id]);
});

test("what is left of a record that was being made is none, and goes after an hour", async () => {
  const { id } = await records.create(request);
  const left = `${records.folderOf(id)}.new`;
  fs.mkdirSync(left);
  assert.deepEqual(await records.ids(), [id]);
  await records.removeUnfinished(Date.now());
  assert.equal(fs.existsSync(left), true);
  await records.removeUnfinished(Date.now() + 2 * 3_600_000);
  assert.equal(fs.existsSync(left), false);
  assert.deepEqual(await records.ids(), [id]);
});

test("everything that is written of a build can be read again", async () => {
  const { id } = await records.create({ ...request, owner: deadProcess });
  const output = path.join(temp, `output${tests}`);
  fs.writeFileSync(output, "");
  fs.symlinkSync(output, records.fileOf(id, "output"));
  const evaluation: EvaluationResult = { at, evaluation: someEvaluation() };
  const warning: Problem = { code: "not-deployable", severity: "warning", message: "no" };
  const deployment = { at, info: { hosts: [{ name: "web01", tags: [] }], meta: { description: "" } }, warning };
  const supervised = { supervisor: thisProcess(), command: undefined };
  const result = { code: 0, signal: null, at };
  const signatures = signatureReport({ total: 2, trusted: 2 });
  await records.write(id, "evaluation", evaluation);
  await records.write(id, "deployment", deployment);
  await records.write(id, "process", supervised);
  await records.write(id, "result", result);
  await records.write(id, "signatures", signatures);
  await records.requestCancel(id);
  await records.requestCancel(id);
  const expected: RecordFacts = {
    request: { ...request, owner: deadProcess, id },
    ownerAlive: false,
    supervised: JSON.parse(JSON.stringify(supervised)),
    liveness: { supervisor: "alive", command: "dead" },
    abandonedAt: undefined,
    evaluation,
    deployment,
    result,
    cancelled: true,
    pinned: false,
    output,
    stored: undefined,
    connection: undefined,
    hydra: undefined,
    signatures,
  };
  assert.deepEqual(await localFacts(records).of(id), expected);
});

test("the files of a record keep their names: records outlive versions", () => {
  assert.deepEqual(Object.values(recordFiles).toSorted(), [
    ...[
      "built",
      "cancel",
      "clock",
      "connection.json",
      "deployment.json",
      "drv",
      "evaluation.json",
      "events",
      "events.gz",
      "graph.json",
      "hydra.json",
      "keep",
      "logs",
      "present.json",
      "process.json",
    ],
    ...["request.json", "result"],
    ...["result.json", "signatures.json", "steps.json", "stored.json", "summary.json", "supervisor"],
  ]);
});

test("an output that is not there is none", async () => {
  const { id } = await records.create(request);
  fs.symlinkSync(path.join(temp, "collected"), records.fileOf(id, "output"));
  assert.equal((await localFacts(records).of(id))?.output, undefined);
});

test("the ids are those of the records, oldest first", async () => {
  assert.deepEqual(await records.ids(), []);
  const made = [await records.create(request), await records.create(request), await records.create(request)];
  fs.mkdirSync(path.join(storage, "builds", "Not a record"));
  fs.writeFileSync(path.join(storage, "builds", ".hidden"), "");
  assert.deepEqual(await records.ids(), made.map(({ id }) => id).toSorted());
});

test("a record that is removed is gone with everything in it", async () => {
  const { id } = await records.create(request);
  await records.requestCancel(id);
  await records.remove(id);
  await records.remove(id);
  assert.equal(fs.existsSync(records.folderOf(id)), false);
  assert.deepEqual([await localFacts(records).of(id), await records.ids()], [undefined, []]);
});

/** What a file may contain instead of what it should. */
const damage: Record<string, string> = {
  nothing: "",
  "half of it": `{"at":"2024-05-`,
  "no JSON": "\u0000\u0001",
  null: "null",
  "a text": `"text"`,
  "a list": "[]",
  "an empty object": "{}",
  "values of other types": JSON.stringify({
    ...{ id: 1, uri: 2, machine: null, place: [], startedAt: "yesterday", owner: 5, at: "never", supervisor: null },
    ...{ evaluation: 1, problem: "x", paths: 1, caches: {}, total: "x", state: 7, progress: null },
  }),
};

for (const [what, text] of Object.entries(damage)) {
  test(`${what} in a request makes no record of it`, async () => {
    const { id } = await records.create(request);
    fs.writeFileSync(records.fileOf(id, "request"), text);
    assert.equal(await localFacts(records).of(id), undefined);
  });

  test(`${what} in any other file is as if the file were not there`, async () => {
    const { id } = await records.create(request);
    const untouched = await localFacts(records).of(id);
    for (const name of ["evaluation", "process", "result", "signatures"] as const)
      fs.writeFileSync(records.fileOf(id, name), text);
    assert.deepEqual(await localFacts(records).of(id), untouched);
  });
}

test("a request of another record is none of this one", async () => {
  const [one, two] = [await records.create(request), await records.create(request)];
  fs.copyFileSync(records.fileOf(one.id, "request"), records.fileOf(two.id, "request"));
  assert.equal(await localFacts(records).of(two.id), undefined);
});

test("an evaluation whose plan is damaged is none", async () => {
  const { id } = await records.create(request);
  for (const plan of [undefined, null, {}, { build: [1] }, { build: "x" }]) {
    await records.write(id, "evaluation", { at, evaluation: { ...someEvaluation(), plan } });
    assert.equal((await localFacts(records).of(id))?.evaluation, undefined);
  }
});

test("whatever JSON the files hold, a summary comes of the record or nothing, and nothing throws", async () => {
  const { id } = await records.create(request);
  const value = fc.oneof(
    fc.jsonValue(),
    fc.record(
      {
        at: fc.oneof(fc.constant(at), fc.jsonValue()),
        code: fc.oneof(fc.constantFrom(0, 1, null), fc.jsonValue()),
        evaluation: fc.oneof(fc.constant(someEvaluation()), fc.jsonValue()),
        problem: fc.jsonValue(),
        supervisor: fc.oneof(fc.constant(thisProcess()), fc.jsonValue()),
        total: fc.nat(),
        paths: fc.jsonValue(),
        caches: fc.jsonValue(),
      },
      { requiredKeys: [] },
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("evaluation", "process", "result", "signatures", "summary" as const),
      value,
      async (name, content) => {
        fs.writeFileSync(path.join(records.folderOf(id), recordFiles[name]), JSON.stringify(content));
        const facts = await localFacts(records).of(id);
        assert.ok(facts);
        assert.equal(typeof stateOf(facts, 0), "string");
        const { state }: Pick<Build, "state"> = summaryOf(facts, undefined, [], 0, 0);
        assert.equal(typeof state, "string");
      },
    ),
  );
});
