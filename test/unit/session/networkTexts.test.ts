import assert from "node:assert/strict";
import { test } from "node:test";
import { NetworkTexts } from "../../../server/src/session/networkTexts.ts";

/** Timers that act when the test says so. */
function timers() {
  let due: (() => void)[] = [];
  return {
    fire: () => {
      const calls = due;
      due = [];
      for (const call of calls) call();
    },
    now: () => 0,
    start: (call: () => void) => due.push(call),
    stop: () => undefined,
  };
}

test("a network that was read several times is reported once, and not before its imports have been read", async () => {
  const clock = timers();
  const reported: string[] = [];
  const settling: (() => void)[] = [];
  const texts = new NetworkTexts(
    {
      settled: () => new Promise(resolve => settling.push(resolve)),
      stamp: uri => (settling.length > 0 ? `stamp of ${uri}` : undefined),
      report: (uri, stamp) => reported.push(`${uri}: ${stamp}`),
    },
    clock,
  );
  for (const uri of ["a", "b", "a"]) texts.didRead(uri);
  assert.equal(settling.length, 0);
  clock.fire();
  assert.deepEqual([settling.length, reported], [2, []]);
  for (const resolve of settling) resolve();
  await new Promise(setImmediate);
  assert.deepEqual(reported, ["a: stamp of a", "b: stamp of b"]);
});
