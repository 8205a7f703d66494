import assert from "node:assert/strict";
import { test } from "node:test";
import { evaluationsSummary, evaluatorNotes, failedEvaluations } from "../../../../client/src/machines/evaluations.ts";
import { isNetworkTarget } from "../../../../client/src/targets.ts";
import type { MachineEvaluation } from "../../../../server/src/protocol.ts";
import { someEvaluation } from "../../../support/records.ts";
import { english } from "../samples.ts";

const fine = (machine: string): MachineEvaluation => someEvaluation({ machine });
const failed = (machine: string): MachineEvaluation => ({
  machine,
  problem: { code: "evaluation-failed", severity: "error", message: "no" },
});

const summaries: readonly [evaluations: MachineEvaluation[], summary: string][] = [
  [[], "0 machines evaluated"],
  [[fine("a")], "1 machine evaluated"],
  [[fine("a"), fine("b")], "2 machines evaluated"],
  [[fine("a"), failed("b"), fine("c")], "2 machines evaluated, 1 failed"],
  [[failed("a"), failed("b")], "0 machines evaluated, 2 failed"],
];

for (const [evaluations, summary] of summaries)
  test(`the summary of an evaluation: ${summary}`, () =>
    assert.equal(evaluationsSummary(evaluations, english), summary));

test("the machines that failed are returned separately", () => {
  const machines = failedEvaluations([fine("a"), failed("b")]).map(({ machine }) => machine);
  assert.deepEqual(machines, ["b"]);
});

test("why the user's morph may evaluate to different results is listed once", () => {
  const evaluator = { path: "/e.nix", origin: "bundled", note: "unknown" } as const;
  const noted = (machine: string) => someEvaluation({ machine, evaluator });
  assert.deepEqual(evaluatorNotes([noted("a"), fine("b"), noted("c"), failed("d")]), ["unknown"]);
});

test("a network target has a URI and no machine", () => {
  assert.ok(isNetworkTarget({ kind: "network", uri: "file:///network.nix" }));
  for (const value of [undefined, null, "x", {}, { uri: 1 }, { uri: "file:///network.nix", machine: "a" }])
    assert.ok(!isNetworkTarget(value));
});
