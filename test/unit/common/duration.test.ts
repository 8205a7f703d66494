import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  durationText,
  elapsed,
  roughDurationText,
  steppedDurationText,
  usualDurationText,
} from "../../../server/src/common/duration.ts";
import { after, english, noon } from "../client/samples.ts";

describe("a time span", () => {
  const cases: readonly (readonly [number, string])[] = [
    [-5, "0 s"],
    [999, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min 0 s"],
    [3_599_000, "59 min 59 s"],
    [3_600_000, "1 h 0 min"],
    [90_000_000, "25 h 0 min"],
  ];
  for (const [milliseconds, expected] of cases) {
    it(`of ${milliseconds} ms is ${expected}`, () => assert.equal(durationText(milliseconds, english), expected));
  }

  const steps: readonly (readonly [number, string])[] = [
    [-5, "0 s"],
    [4999, "0 s"],
    [59_999, "55 s"],
    [60_000, "1 min"],
    [119_999, "1 min"],
    [3_600_000, "1 h 0 min"],
  ];
  for (const [milliseconds, expected] of steps) {
    it(`of ${milliseconds} ms that goes on is ${expected}`, () =>
      assert.equal(steppedDurationText(milliseconds, english), expected));
  }

  const rough: readonly (readonly [number, string])[] = [
    [1, "5 s"],
    [5000, "5 s"],
    [5001, "10 s"],
    [31_000, "40 s"],
    [52_000, "1 min"],
    [100_000, "2 min"],
  ];
  for (const [milliseconds, expected] of rough) {
    it(`of ${milliseconds} ms that is estimated is ${expected}`, () =>
      assert.equal(roughDurationText(milliseconds, english), expected));
  }

  const usual: readonly (readonly [number, string])[] = [
    [31 * 60_000, "30 min"],
    [54 * 60_000, "55 min"],
    [56 * 60_000, "1 h"],
    [100 * 60_000, "1.5 h"],
    [330 * 60_000, "6 h"],
  ];
  for (const [milliseconds, expected] of usual) {
    it(`of ${milliseconds} ms is usually ${expected}`, () =>
      assert.equal(usualDurationText(milliseconds, english), expected));
  }

  it("ends when what it measures ends", () => {
    assert.equal(elapsed({ startedAt: after(1) }, noon + 5000), 4000);
    assert.equal(elapsed({ startedAt: after(1), stoppedAt: after(3) }, noon + 5000), 2000);
    assert.equal(elapsed({}, noon), undefined);
  });
});
