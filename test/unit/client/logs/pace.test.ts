import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Pace } from "../../../../client/src/logs/pace.ts";

/** The times at which VS Code is asked in ten seconds, where it takes so many ms each time. It is looked every 50 ms. */
function askedAt(cost: number): number[] {
  const pace = new Pace();
  const times: number[] = [];
  for (let now = 0; now < 10_000; now += 50) {
    if (now === (times.at(-1) ?? Number.NaN) + cost) pace.shown(now);
    if (!pace.isDue(now)) continue;
    times.push(now);
    pace.asked(now);
  }
  return times;
}

describe("a log that grows", () => {
  const cases = [
    { cost: 50, times: [0, 300, 600] },
    { cost: 100, times: [0, 400, 800] },
    { cost: 1000, times: [0, 4000, 8000] },
    { cost: 20_000, times: [0] },
  ];
  for (const { cost, times } of cases)
    it(`is shown anew with rests when that takes ${cost} ms`, () => assert.deepEqual(askedAt(cost).slice(0, 3), times));

  it("is never shown more than four times a second", () => {
    const pace = new Pace();
    pace.asked(0);
    pace.shown(0);
    assert.deepEqual([pace.isDue(249), pace.isDue(250)], [false, true]);
  });

  it("is shown anew even if nobody says that it was shown", () => {
    const pace = new Pace();
    pace.asked(0);
    assert.deepEqual([pace.isDue(29_999), pace.isDue(30_000)], [false, true]);
  });

  it("rests when somebody else has changed what is shown", () => {
    const pace = new Pace();
    pace.shown(0);
    assert.deepEqual([pace.isDue(249), pace.isDue(250)], [false, true]);
  });
});
