import assert from "node:assert/strict";
import { test } from "node:test";
import { type Batch, batchesOf } from "../../../../client/src/builds/batches.ts";
import { batchDescription, batchName, batchSentence } from "../../../../client/src/builds/batchText.ts";
import { batchIcon } from "../../../../client/src/builds/icons.ts";
import type { BuildState, BuildSummary } from "../../../../server/src/protocol.ts";
import { aBatch, after, english, noon, someSignatures } from "../samples.ts";

function batchOf(builds: readonly BuildSummary[]): Batch {
  const batch = batchesOf(builds).get("all");
  assert.ok(batch);
  return batch;
}

const times = (count: number, state: BuildState) => Array.from({ length: count }, () => state);
const good = { signatures: someSignatures() };

test("a batch has the name of what was built", () => {
  assert.equal(batchName({ kind: "all", size: 50 }, english), "All machines");
  assert.equal(batchName({ kind: "tag", tag: "web", size: 50 }, english), "web");
  assert.equal(batchName({ kind: "selection", size: 5 }, english), "5 machines");
});

test("a running batch says how many have ended, how many of them failed, and the time that is left once it is known", () => {
  const builds = aBatch(...times(11, "succeeded"), ...times(2, "failed"), ...times(37, "queued"));
  assert.equal(batchDescription(batchOf(builds), noon, english), "13 of 50 · 2 failed");
  const timed = builds.map(build => (build.state === "queued" ? build : { ...build, stoppedAt: after(84) }));
  assert.equal(batchDescription(batchOf(timed), noon + 84_000, english), "13 of 50 · 2 failed · about 4 min left");
});

test("a batch that has ended says how its builds ended, and why not everything is known to be good", () => {
  const cases: readonly (readonly [readonly BuildSummary[], string, string])[] = [
    [aBatch(...times(3, "succeeded")).map(build => ({ ...build, ...good })), "3 succeeded", "testing.iconPassed"],
    [aBatch(...times(2, "succeeded")), "2 succeeded · 2 with signatures not checked", "problemsWarningIcon.foreground"],
    [
      aBatch(...times(2, "succeeded")).map(build => ({
        ...build,
        signatures: someSignatures({ trusted: 1, builtHere: 13 }),
      })),
      "2 succeeded · 2 not fully signed",
      "problemsWarningIcon.foreground",
    ],
    [
      aBatch(...times(2, "succeeded")).map(build => ({
        ...build,
        ...good,
        warnings: [{ code: "x", severity: "warning", message: "Broken." }],
      })),
      "2 succeeded · 2 with warnings",
      "problemsWarningIcon.foreground",
    ],
    [
      aBatch("succeeded", "failed", "lost", "cancelled").map(build => ({ ...build, ...good })),
      "2 failed · 1 succeeded · 1 cancelled",
      "testing.iconFailed",
    ],
    [aBatch("failed", "lost", "cancelled"), "2 failed · 1 cancelled", "testing.iconFailed"],
  ];
  for (const [builds, text, colour] of cases) {
    assert.equal(batchDescription(batchOf(builds), noon, english), text);
    assert.equal(batchIcon(batchOf(builds)).colour, colour);
  }
});

test("the end of a batch is a sentence that counts", () => {
  const batch = batchOf(aBatch(...times(47, "succeeded"), ...times(3, "failed")));
  assert.equal(batchSentence(batch, english), "All machines: 47 succeeded, 3 failed.");
});
