import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isEvaluationResult,
  isRequest,
  isResult,
  isSignatureReport,
  isSummary,
  isSupervisedProcess,
} from "../../../server/src/builds/recordShapes.ts";
import { someBuild } from "../../support/features.ts";
import { signatureReport, someEvaluation, someRequest, thisProcess } from "../../support/records.ts";

const at = "2024-05-01T12:00:00.000Z";
const problem = { code: "x", severity: "error", message: "Broken." };

/** file -> its shape, what is in it, and what must be in it. */
const files: Record<string, { is: (value: unknown) => boolean; good: object; needed: string[] }> = {
  "a request": {
    is: isRequest,
    good: someRequest(),
    needed: ["id", "uri", "machine", "place", "place.kind", "startedAt", "owner", "owner.pid", "owner.bootId"],
  },
  "a request for one builder": {
    is: isRequest,
    good: someRequest({ place: { kind: "only", builder: "local" } }),
    needed: ["place.kind", "place.builder", "owner.startTime"],
  },
  "a request for another store": {
    is: isRequest,
    good: someRequest({ place: { kind: "store", store: "ssh://host" } }),
    needed: ["place.kind", "place.store"],
  },
  "what evaluation gave": {
    is: isEvaluationResult,
    good: { at, evaluation: someEvaluation() },
    needed: ["at", "evaluation.drvPath", "evaluation.plan", "evaluation.plan.build"],
  },
  "why evaluation failed": {
    is: isEvaluationResult,
    good: { at, problem },
    needed: ["at", "problem.code", "problem.message"],
  },
  "who runs": {
    is: isSupervisedProcess,
    good: { supervisor: thisProcess() },
    needed: ["supervisor", "supervisor.pid", "supervisor.startTime", "supervisor.bootId"],
  },
  "how it ended": { is: isResult, good: { code: 0, signal: null, at }, needed: ["at"] },
  "a summary": {
    is: isSummary,
    good: someBuild({ state: "failed" }),
    needed: [
      ...["id", "uri", "machine", "state", "place", "place.kind", "startedAt"],
      ...["progress", "progress.done", "progress.expected"],
    ],
  },
  "the signatures": { is: isSignatureReport, good: signatureReport(), needed: ["total", "paths", "caches"] },
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

for (const [file, { is, good, needed }] of Object.entries(files)) {
  test(`the content of a file is ${file}`, () => {
    assert.ok(is(good));
    assert.ok(is(JSON.parse(JSON.stringify(good))));
    assert.ok(is({ ...good, unknownField: 1 }));
  });

  for (const path of needed)
    test(`without ${path}, or with something else there, it is not ${file}`, () => {
      for (const value of [undefined, null, true, {}]) assert.ok(!is(withValue(good, path, value)), `${value}`);
    });
}

test("a time that is none is not taken", () => {
  assert.ok(!isResult({ code: 0, signal: null, at: "yesterday" }));
});

test("what is no object is nothing", () => {
  for (const value of [undefined, null, 5, "text", []])
    for (const { is } of Object.values(files)) assert.ok(!is(value));
});
