import assert from "node:assert/strict";
import { test } from "node:test";
import { type Interruptible, runInSlices, runToEnd } from "../../../server/src/util/slices.ts";

/** Counts to `last`, and says how far it came. */
function* count(last: number, reached: { value: number }): Interruptible<number> {
  while (reached.value < last) {
    reached.value++;
    yield;
  }
  return last;
}

test("a computation in steps ends the same at one go and in slices", async () => {
  assert.equal(runToEnd(count(1000, { value: 0 })), 1000);
  assert.equal(await runInSlices(count(1000, { value: 0 }), new AbortController().signal), 1000);
});

test("others get their turn while it goes on, and may give it up", async () => {
  const abort = new AbortController();
  const reached = { value: 0 };
  setImmediate(() => abort.abort());
  assert.equal(await runInSlices(count(Number.POSITIVE_INFINITY, reached), abort.signal), undefined);
  assert.ok(reached.value > 0);
});
