import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Badge, badgeText, badgeValue } from "../../../../../client/src/views/builds/badge.ts";
import type { BuildState } from "../../../../../server/src/protocol.ts";
import { aBuild, english } from "../../samples.ts";

const builds = (...states: readonly BuildState[]) => states.map((state, index) => aBuild({ id: `b${index}`, state }));

/** The badge's texts for builds while the view is hidden or visible, one after the other. */
function told(...looks: readonly (readonly [view: "hidden" | "seen", ...states: readonly BuildState[]])[]): string[] {
  const badge = new Badge();
  return looks.map(([view, ...states]) => badgeText(badge.count(builds(...states), view === "seen"), english));
}

describe("the badge", () => {
  it("counts running and queued builds separately", () => {
    const states = ["building", "checking", "queued", "evaluating", "queued", "succeeded", "queued"] as const;
    assert.deepEqual(told(["hidden", ...states]), ["2 running, 1 evaluating, 3 queued"]);
  });

  it("shows the number of running and failed builds, and that of queued ones only if there are no others", () => {
    const cases: readonly (readonly [BuildState[], number])[] = [
      [["building", "queued", "queued", "evaluating"], 2],
      [["queued", "queued"], 2],
      [["succeeded", "failed"], 0],
    ];
    for (const [states, value] of cases) assert.equal(badgeValue(new Badge().count(builds(...states), true)), value);
  });

  it("is empty if nothing runs", () => assert.deepEqual(told(["hidden"], ["seen", "succeeded"]), ["", ""]));

  it("counts builds that failed or were interrupted while the view was hidden, until it is visible", () => {
    assert.deepEqual(
      told(
        ["hidden", "building", "building", "building"],
        ["hidden", "failed", "building", "building"],
        ["hidden", "failed", "lost", "building"],
        ["seen", "failed", "lost", "building"],
        ["hidden", "failed", "lost", "building"],
        ["hidden", "failed", "lost", "failed"],
      ),
      ["3 running", "2 running, 1 failed", "1 running, 2 failed", "1 running", "1 running", "1 failed"],
    );
  });

  it("does not count failures while the view is visible", () => {
    assert.deepEqual(told(["seen", "building"], ["seen", "failed"], ["hidden", "failed"]), ["1 running", "", ""]);
  });

  it("counts a build that had failed when it became known, but none from the first list", () => {
    assert.deepEqual(told(["hidden", "failed"], ["hidden", "failed", "failed"]), ["", "1 failed"]);
  });

  it("does not count cancelled or removed builds", () => {
    assert.deepEqual(told(["hidden", "building"], ["hidden", "cancelled"]), ["1 running", ""]);
    assert.deepEqual(told(["hidden", "building"], ["hidden", "failed"], ["hidden"]), ["1 running", "1 failed", ""]);
  });
});
