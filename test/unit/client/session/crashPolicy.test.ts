import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CrashPolicy } from "../../../../client/src/session/crashPolicy.ts";

const minute = 60_000;

describe("a server that crashes", () => {
  it("is restarted four times within three minutes, and not a fifth time", () => {
    const policy = new CrashPolicy();
    const answers = [0, 1, 2, 3, 4].map(second => policy.mayRestart(second * 1000));
    assert.deepEqual(answers, [true, true, true, true, false]);
  });

  it("is always restarted if it crashes only occasionally", () => {
    const policy = new CrashPolicy();
    for (let crash = 0; crash < 20; crash++) assert.equal(policy.mayRestart(crash * minute), true);
  });

  it("may crash again after the user restarted it", () => {
    const policy = new CrashPolicy();
    for (let crash = 0; crash < 5; crash++) policy.mayRestart(crash);
    policy.forget();
    assert.equal(policy.mayRestart(6), true);
  });
});
