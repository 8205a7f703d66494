import assert from "node:assert/strict";
import { test } from "node:test";
import { runInSlices } from "../../../server/src/util/slices.ts";
import { type Interruptible, runToEnd } from "../../../server/src/util/steps.ts";

/** Counts to `last`, and reports how far it came. */
function* count(last: number, reached: { value: number }): Interruptible<number> {
  while (reached.value < last) {
    reached.value++;
    yield;
  }
  return last;
}

test("a computation has the same result without pauses and in slices", async () => {
  assert.equal(runToEnd(count(1000, { value: 0 })), 1000);
  assert.equal(await runInSlices(count(1000, { value: 0 }), new AbortController().signal), 1000);
});

test("other work runs between slices, and can abort it", async () => {
  const abort = new AbortController();
  const reached = { value: 0 };
  setImmediate(() => abort.abort());
  assert.equal(await runInSlices(count(Number.POSITIVE_INFINITY, reached), abort.signal), undefined);
  assert.ok(reached.value > 0);
});
