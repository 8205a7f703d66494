import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Pace } from "../../../../client/src/logs/pace.ts";

/** The times of updates within ten seconds, if VS Code takes `cost` ms for each. Checked every 50 ms. */
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
    it(`is updated with a cool-down if an update takes ${cost} ms`, () =>
      assert.deepEqual(askedAt(cost).slice(0, 3), times));

  it("is updated at most four times a second", () => {
    const pace = new Pace();
    pace.asked(0);
    pace.shown(0);
    assert.deepEqual([pace.isDue(249), pace.isDue(250)], [false, true]);
  });

  it("is updated again even if an update is never confirmed", () => {
    const pace = new Pace();
    pace.asked(0);
    assert.deepEqual([pace.isDue(29_999), pace.isDue(30_000)], [false, true]);
  });

  it("has a cool-down after a change from elsewhere", () => {
    const pace = new Pace();
    pace.shown(0);
    assert.deepEqual([pace.isDue(249), pace.isDue(250)], [false, true]);
  });
});
