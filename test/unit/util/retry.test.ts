import assert from "node:assert/strict";
import { test } from "node:test";
import { pause } from "../../../server/src/util/pause.ts";
import { retry } from "../../../server/src/util/retry.ts";

/** Fails a number of times, then returns the number of its attempts. */
function failing(times: number) {
  let count = 0;
  return async () => {
    count++;
    if (count <= times) throw new Error(`failure ${count}`);
    return count;
  };
}

const soon = { first: 1, longest: 2, keepsAlive: true };

test("it is attempted until it succeeds, and each failure before that is reported", async () => {
  const failures: string[] = [];
  const didFail = (error: unknown) => failures.push(String(error));
  assert.equal(await retry(failing(3), { ...soon, isWanted: () => true, didFail }), 4);
  assert.deepEqual(failures, ["Error: failure 1", "Error: failure 2", "Error: failure 3"]);
});

test("a first success is returned even if it is no longer wanted", async () => {
  assert.equal(await retry(failing(0), { ...soon, isWanted: () => false }), 1);
});

test("a failure that is no longer wanted is abandoned silently", async () => {
  const failures: unknown[] = [];
  const didFail = (error: unknown) => failures.push(error);
  assert.equal(await retry(failing(1), { ...soon, isWanted: () => false, didFail }), undefined);
  assert.deepEqual(failures, []);
});

test("a pause ends as soon as the result is not wanted any more", async () => {
  const hour = 3_600_000;
  let asked = 0;
  const isWanted = () => ++asked < 3;
  assert.equal(await retry(failing(1), { first: hour, longest: hour, isWanted, keepsAlive: true }), undefined);
  assert.equal(asked, 3);
});

test("a pause lasts as long as it should, and ends at once when its signal is aborted", async () => {
  const before = performance.now();
  await pause(20);
  assert.ok(performance.now() - before >= 19);
  const abort = new AbortController();
  const long = pause(3_600_000, abort.signal);
  abort.abort();
  await long;
  await pause(3_600_000, abort.signal);
});
