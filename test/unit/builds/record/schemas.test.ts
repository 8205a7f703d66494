import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import { recordSchemas } from "../../../../server/src/builds/record/schemas.ts";
import { someBuild } from "../../../support/features.ts";
import { signatureReport, someEvaluation, someRequest, thisProcess } from "../../../support/records.ts";

const at = "2024-05-01T12:00:00.000Z";
const problem = { code: "x", severity: "error", message: "Broken." };

/** file -> its schema, what is in it, and what must be in it. */
const files: Record<string, { schema: v.GenericSchema; good: object; needed: string[] }> = {
  "a request": {
    schema: recordSchemas.request,
    good: someRequest(),
    needed: ["id", "uri", "machine", "place", "place.kind", "startedAt", "owner", "owner.pid", "owner.bootId"],
  },
  "a request for one builder": {
    schema: recordSchemas.request,
    good: someRequest({ place: { kind: "only", builder: "local" } }),
    needed: ["place.kind", "place.builder", "owner.startTime"],
  },
  "a request for another store": {
    schema: recordSchemas.request,
    good: someRequest({ place: { kind: "store", store: "ssh://host" } }),
    needed: ["place.kind", "place.store"],
  },
  "what evaluation gave": {
    schema: recordSchemas.evaluation,
    good: { at, evaluation: someEvaluation() },
    needed: ["at", "evaluation.drvPath", "evaluation.plan", "evaluation.plan.build"],
  },
  "why evaluation failed": {
    schema: recordSchemas.evaluation,
    good: { at, problem },
    needed: ["at", "problem.code", "problem.message"],
  },
  "who runs": {
    schema: recordSchemas.process,
    good: { supervisor: thisProcess() },
    needed: ["supervisor", "supervisor.pid", "supervisor.startTime", "supervisor.bootId"],
  },
  "how it ended": { schema: recordSchemas.result, good: { code: 0, signal: null, at }, needed: ["at"] },
  "a summary": {
    schema: recordSchemas.summary,
    good: someBuild({ state: "failed" }),
    needed: [
      ...["id", "uri", "machine", "state", "place", "place.kind", "startedAt"],
      ...["progress", "progress.done", "progress.running", "progress.failed", "progress.expected"],
      ...["revision", "transfers", "transfers.running", "transfers.bytesDone"],
    ],
  },
  "the signatures": { schema: recordSchemas.signatures, good: signatureReport(), needed: ["total", "paths", "caches"] },
};

/** The same with something else at a path, such as `owner.pid`. */
function withValue(whole: object, path: string, value: unknown): unknown {
  const copy = structuredClone(whole) as Record<string, unknown>;
  const names = path.split(".");
  const last = names.pop() ?? "";
  let holder = copy;
  for (const name of names) holder = holder[name] as Record<string, unknown>;
  holder[last] = value;
  return copy;
}

for (const [file, { schema, good, needed }] of Object.entries(files)) {
  test(`the content of a file is ${file}`, () => {
    assert.ok(v.is(schema, good));
    assert.ok(v.is(schema, JSON.parse(JSON.stringify(good))));
    assert.deepEqual(v.parse(schema, { ...good, unknownField: 1 }), v.parse(schema, good));
  });

  for (const path of needed)
    test(`without ${path}, or with something else there, it is not ${file}`, () => {
      for (const value of [undefined, null, true, {}])
        assert.ok(!v.is(schema, withValue(good, path, value)), `${value}`);
    });
}

test("a summary without what a client reads is none", () => {
  for (const missing of ["kept", "transfers", "revision", "progress"]) {
    const { [missing]: _, ...rest } = { ...someBuild({ state: "failed" }) } as Record<string, unknown>;
    assert.ok(!v.is(recordSchemas.summary, rest), missing);
  }
});

test("a time that is none is not taken", () => {
  assert.ok(!v.is(recordSchemas.result, { code: 0, signal: null, at: "yesterday" }));
});

test("what is no object is nothing", () => {
  for (const value of [undefined, null, 5, "text", []])
    for (const { schema } of Object.values(files)) assert.ok(!v.is(schema, value));
});

test("a request and the processes of the first version are read, whose fields have other names", () => {
  const call = { file: "nix-store", args: ["--realise"], cwd: "/net", launchedAt: 5 };
  const first = { ...someRequest(), realisation: { ...call, claim: "/storage/running/hash.schedule" } };
  const { command, ...fields } = v.parse(recordSchemas.request, first);
  assert.deepEqual(command, { ...call, lock: "/storage/running/hash.schedule" });
  assert.ok(!("realisation" in fields));
  assert.deepEqual(v.parse(recordSchemas.process, { supervisor: thisProcess(), nix: thisProcess() }), {
    supervisor: thisProcess(),
    command: thisProcess(),
  });
});

test("a request of a version without batches is read, and a batch that is not understood is left out", () => {
  const batch = { id: "c", kind: "tag", tag: "web", size: 3, position: 1 };
  assert.deepEqual(v.parse(recordSchemas.request, someRequest()).batch, undefined);
  assert.deepEqual(v.parse(recordSchemas.request, { ...someRequest(), batch }).batch, batch);
  for (const other of [{ ...batch, kind: "moon" }, { ...batch, size: -1 }, { id: "c" }, 5, null])
    assert.deepEqual(v.parse(recordSchemas.request, { ...someRequest(), batch: other }).batch, undefined);
});

test("a signature report of an older version is read: no content was compared, and no offer kept", () => {
  const { differs: _, ...old } = {
    ...signatureReport({ total: 1, trusted: 1 }),
    caches: [{ url: "x", reachable: true }],
  };
  const paths = [{ path: "/nix/store/x", status: "trusted", key: "k", cache: "x" }];
  const read = v.parse(recordSchemas.signatures, { version: 2, ...old, paths });
  assert.deepEqual(read, { ...old, paths, differs: 0 });
});
