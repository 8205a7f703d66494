import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Badge, badgeText, badgeValue } from "../../../../../client/src/views/builds/badge.ts";
import type { BuildState } from "../../../../../server/src/protocol.ts";
import { aBuild, english } from "../../samples.ts";

const builds = (...states: readonly BuildState[]) => states.map((state, index) => aBuild({ id: `b${index}`, state }));

/** What the badge says of builds while the view is hidden or seen, one after the other. */
function told(...looks: readonly (readonly [view: "hidden" | "seen", ...states: readonly BuildState[]])[]): string[] {
  const badge = new Badge();
  return looks.map(([view, ...states]) => badgeText(badge.count(builds(...states), view === "seen"), english));
}

describe("the badge", () => {
  it("counts what runs and what waits, each by itself", () => {
    const states = ["building", "checking", "queued", "evaluating", "queued", "succeeded", "queued"] as const;
    assert.deepEqual(told(["hidden", ...states]), ["2 running, 1 evaluating, 3 queued"]);
  });

  it("shows the number of what goes on and what failed, and of what waits only when that is all", () => {
    const cases: readonly (readonly [BuildState[], number])[] = [
      [["building", "queued", "queued", "evaluating"], 2],
      [["queued", "queued"], 2],
      [["succeeded", "failed"], 0],
    ];
    for (const [states, value] of cases) assert.equal(badgeValue(new Badge().count(builds(...states), true)), value);
  });

  it("says nothing when nothing runs", () => assert.deepEqual(told(["hidden"], ["seen", "succeeded"]), ["", ""]));

  it("counts what has failed or got lost while the view was hidden, until it is seen", () => {
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

  it("does not count what fails while the view is seen", () => {
    assert.deepEqual(told(["seen", "building"], ["seen", "failed"], ["hidden", "failed"]), ["1 running", "", ""]);
  });

  it("counts a build that has failed before it was known, but none of before the first list", () => {
    assert.deepEqual(told(["hidden", "failed"], ["hidden", "failed", "failed"]), ["", "1 failed"]);
  });

  it("does not count what was cancelled or is removed", () => {
    assert.deepEqual(told(["hidden", "building"], ["hidden", "cancelled"]), ["1 running", ""]);
    assert.deepEqual(told(["hidden", "building"], ["hidden", "failed"], ["hidden"]), ["1 running", "1 failed", ""]);
  });
});
