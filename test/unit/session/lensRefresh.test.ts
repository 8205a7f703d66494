import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type { BuildSummary } from "../../../server/src/protocol.ts";
import { LensRefresh } from "../../../server/src/session/lensRefresh.ts";
import { someBuild } from "../../support/features.ts";
import { ManualTimers } from "../../support/manualTimers.ts";

describe("lenses are refreshed", () => {
  let timers = new ManualTimers();
  let refreshes = 0;
  let machines = 3;
  let lenses = new LensRefresh<number>(
    () => {},
    () => machines,
    timers,
  );

  beforeEach(() => {
    timers = new ManualTimers();
    refreshes = 0;
    machines = 3;
    lenses = new LensRefresh(
      () => refreshes++,
      () => machines,
      timers,
    );
    change({ state: "evaluating" });
    timers.pass(0);
    timers.pass(10_000);
    refreshes = 0;
  });

  function change(fields: Partial<BuildSummary>): void {
    const summary = someBuild(fields);
    lenses.buildDidChange({ id: summary.id, revision: summary.revision, summary });
  }

  /** Lets time pass in steps, as timers start others. */
  function pass(milliseconds: number): void {
    for (let passed = 0; passed < milliseconds; passed += 100) timers.pass(100);
  }

  /** A derivation is done every 100 ms. */
  function build(milliseconds: number): void {
    for (let done = 0; done < milliseconds / 100; done++) {
      change({ state: "building", progress: { done, running: 1, failed: 0, expected: 1000 } });
      timers.pass(100);
    }
  }

  it("once a second while a build in a small network makes progress", () => {
    build(10_000);
    assert.ok(refreshes >= 8 && refreshes <= 11, String(refreshes));
  });

  it("less often where an editor would request many lenses", () => {
    machines = 200;
    build(20_000);
    assert.ok(refreshes >= 3 && refreshes <= 5, String(refreshes));
  });

  it("soon after a build has ended, however many machines there are", () => {
    machines = 5000;
    build(2000);
    pass(1000);
    refreshes = 0;
    change({ state: "succeeded" });
    pass(1000);
    assert.equal(refreshes, 1);
  });

  it("not by a change that no lens shows", () => {
    change({ state: "evaluating", revision: 9 });
    pass(10_000);
    assert.equal(refreshes, 0);
  });

  it("when the record of a build was removed", () => {
    const summary = someBuild();
    lenses.buildDidChange({ id: summary.id, revision: 10, summary, removed: true });
    pass(1000);
    assert.equal(refreshes, 1);
  });

  it("no more after the end of the session", () => {
    change({ state: "succeeded" });
    lenses.dispose();
    pass(10_000);
    assert.equal(refreshes, 0);
  });
});
