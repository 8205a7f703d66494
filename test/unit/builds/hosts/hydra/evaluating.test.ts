import assert from "node:assert/strict";
import { test } from "node:test";
import { phaseOf } from "../../../../../server/src/builds/hosts/hydra/evaluating.ts";
import { findBuild } from "../../../../../server/src/builds/hosts/hydra/findBuild.ts";
import { buildRow, jobsetState, MemoryHydra } from "../../../../support/memoryHydra.ts";

const { signal } = new AbortController();
const of = { project: "morph", jobset: "eiffel", job: "eiffel" };

test("a requested evaluation is pending, evaluating, evaluated", () => {
  const asked = { checkedBefore: 1000, askedAt: 50_000 };
  const at = (fields: object, now = 51_000) => phaseOf(jobsetState({ lastCheckedAt: 1000, ...fields }), asked, now);
  assert.equal(at({ triggeredAt: 2000 }), "pending");
  assert.equal(at({ triggeredAt: 2000 }, 500_000), "pending");
  assert.equal(at({ triggeredAt: 2000, evaluatingSince: 3000 }), "evaluating");
  // The request came while another evaluation was running, which has ended: Hydra evaluates once more.
  assert.equal(at({ triggeredAt: 2000, lastCheckedAt: 3000 }), "pending");
  assert.equal(at({ lastCheckedAt: 4000 }), "evaluated");
  // A request that left no trace was carried out within the second of the check before it.
  assert.equal(at({}), "pending");
  assert.equal(at({}, 65_000), "evaluated");
});

test("the build of the job is found in the newest evaluation, finished or not, with few requests", async () => {
  const hydra = new MemoryHydra();
  assert.deepEqual(await findBuild(hydra.api, of, signal), { value: undefined });
  const others = Array.from({ length: 50 }, (_, index) =>
    buildRow(100 + index, { job: `other-${index}`, isFinished: index % 2 === 0 }),
  );
  hydra.evaluate(1, [...others, buildRow(200, { isFinished: true, status: "succeeded" })]);
  const first = await findBuild(hydra.api, of, signal);
  assert.deepEqual("value" in first && [first.value?.evaluation, first.value?.build.id], [1, 200]);
  // In the next evaluation, it is new and in the queue, the newest finished one is not in it.
  hydra.evaluate(2, [buildRow(201), ...others]);
  hydra.requests.length = 0;
  const second = await findBuild(hydra.api, of, signal);
  assert.deepEqual("value" in second && [second.value?.evaluation, second.value?.build.id], [2, 201]);
  assert.ok(hydra.requests.length < 30, hydra.requests.join(" "));
  hydra.evaluate(3, others);
  assert.deepEqual(await findBuild(hydra.api, of, signal), { value: undefined });
});
