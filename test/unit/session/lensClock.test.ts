import assert from "node:assert/strict";
import { test } from "node:test";
import { LensClock } from "../../../server/src/session/lensClock.ts";
import { ManualTimers } from "../../support/manualTimers.ts";

test("lenses with a time are refreshed once, at most once a minute, and not again until one is shown", () => {
  const clock = new ManualTimers();
  let refreshes = 0;
  const lenses = new LensClock(() => refreshes++, clock);
  assert.equal(clock.count, 0);
  for (const milliseconds of [50_000, 5000, 3_600_000]) lenses.didShow(milliseconds);
  assert.equal(clock.count, 1);
  clock.pass(59_999);
  assert.equal(refreshes, 0);
  clock.pass(1);
  assert.equal(refreshes, 1);
  clock.pass(10_000_000);
  assert.equal(refreshes, 1);
});

test("a lens that changes sooner moves the refresh forward", () => {
  const clock = new ManualTimers();
  let refreshes = 0;
  const lenses = new LensClock(() => refreshes++, clock);
  lenses.didShow(3_600_000);
  clock.pass(1000);
  lenses.didShow(70_000);
  assert.equal(clock.count, 1);
  clock.pass(70_000);
  assert.equal(refreshes, 1);
  lenses.didShow(60_000);
  lenses.dispose();
  assert.equal(clock.count, 0);
});
