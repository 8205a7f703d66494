import assert from "node:assert/strict";
import { test } from "node:test";
import { AttemptLimit, pauseAfter } from "../../../server/src/util/backoff.ts";

/** first, longest -> the pauses after one and more failures. */
const cases: readonly (readonly [first: number, longest: number, pauses: readonly number[]])[] = [
  [1000, 60_000, [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]],
  [1000, 1000, [1000, 1000, 1000]],
  [5000, 1000, [1000, 1000]],
];

for (const [first, longest, pauses] of cases)
  test(`pauses from ${first} to ${longest} ms`, () =>
    assert.deepEqual(
      pauses.map((_, index) => pauseAfter(index + 1, { first, longest })),
      pauses,
    ));

test("after thousands of failures the pause is still the longest", () =>
  assert.equal(pauseAfter(5000, { first: 1000, longest: 60_000 }), 60_000));

test("attempts of a key are ever further apart, whatever others do, and begin anew once it was forgotten", () => {
  const limit = new AttemptLimit({ first: 1000, longest: 3000 });
  const made: number[] = [];
  for (let now = 0; now <= 12_000; now += 500) {
    if (limit.take("a", now)) made.push(now);
    if (now === 2500) assert.ok(limit.take("b", now));
  }
  assert.deepEqual(made, [0, 1000, 3000, 6000, 9000, 12_000]);
  limit.forget("a");
  assert.ok(limit.take("a", 12_000));
  assert.ok(!limit.take("a", 12_999));
  assert.ok(limit.take("a", 13_000));
});
