import assert from "node:assert/strict";
import { test } from "node:test";
import { type Batch, batchesOf, estimateOf, hasEnded, sectionsOf } from "../../../../client/src/builds/batches.ts";
import type { BuildState, BuildSummary } from "../../../../server/src/protocol.ts";
import { aBatch, aBuild, after, noon } from "../samples.ts";

/** A build of a batch of `size`. Ended ones have stopped `seconds` after noon. */
function member(position: number, state: BuildState, size: number, seconds?: number): BuildSummary {
  return aBuild({
    id: `b${position}`,
    machine: `m${position}`,
    state,
    batch: { id: "all", kind: "all", size, position },
    ...(seconds !== undefined && { stoppedAt: after(seconds) }),
  });
}

function batchOf(...builds: readonly BuildSummary[]): Batch {
  const batch = batchesOf(builds).get("all");
  assert.ok(batch);
  return batch;
}

test("a batch counts its builds by state, in Morph's order", () => {
  const batch = batchOf(
    member(5, "queued", 7),
    member(4, "queued", 7),
    member(0, "succeeded", 7, 10),
    member(2, "lost", 7, 10),
    member(1, "failed", 7, 10),
    member(3, "building", 7),
    member(6, "cancelled", 7, 12),
  );
  const { size, done, succeeded, failed, cancelled, running, queued } = batch;
  assert.deepEqual(
    { size, done, succeeded, failed, cancelled, running, queued },
    { size: 7, done: 4, succeeded: 1, failed: 2, cancelled: 1, running: 1, queued: 2 },
  );
  assert.deepEqual(
    batch.builds.map(({ machine }) => machine),
    ["m0", "m1", "m2", "m3", "m4", "m5", "m6"],
  );
});

test("builds that were started alone are in no batch, and two batches are two", () => {
  const alone = aBuild({ id: "alone" });
  const other = aBuild({ id: "c0", batch: { id: "web", kind: "tag", tag: "web", size: 2, position: 0 } });
  const batches = batchesOf([alone, member(0, "building", 2), other]);
  assert.deepEqual([...batches.keys()], ["all", "web"]);
  assert.equal(batches.get("web")?.tag, "web");
});

test("a batch has the size that was recorded while some of its builds are not known yet", () => {
  const batch = batchOf(member(0, "evaluating", 50));
  assert.equal(batch.size, 50);
  assert.equal(batch.done, 0);
  assert.equal(hasEnded(batch), false);
});

test("a batch has ended when none of its builds changes any more", () => {
  assert.equal(hasEnded(batchOf(member(0, "succeeded", 2, 1), member(1, "failed", 2, 2))), true);
  assert.equal(hasEnded(batchOf(member(0, "succeeded", 2, 1), member(1, "checking", 2))), false);
});

test("the remaining time of a batch is unknown until three of its builds have ended", () => {
  const two = [member(0, "succeeded", 10, 60), member(1, "succeeded", 10, 120)];
  const left = [4, 5, 6, 7, 8, 9].map(position => member(position, "queued", 10));
  assert.equal(estimateOf(batchOf(...two, member(2, "cancelled", 10, 121), ...left), noon + 130_000), undefined);
  const unevaluated = { ...member(2, "failed", 10, 121), progress: { done: 0, running: 0, failed: 0, expected: 0 } };
  assert.equal(estimateOf(batchOf(...two, unevaluated, ...left), noon + 130_000), undefined);
  const three = batchOf(...two, member(2, "failed", 10, 180), member(3, "building", 10), ...left);
  assert.deepEqual(estimateOf(three, noon + 180_000), { remaining: 7 * 60_000, basis: 3, from: "this batch" });
});

test("the remaining time of a batch counts down, and is unknown when it takes longer than measured", () => {
  const ended = [0, 1, 2].map(position => member(position, "succeeded", 4, 20 * (position + 1)));
  const batch = batchOf(...ended, member(3, "queued", 4));
  assert.equal(estimateOf(batch, noon + 65_000)?.remaining, 15_000);
  assert.equal(estimateOf(batch, noon + 79_000)?.remaining, 1000);
  assert.equal(estimateOf(batch, noon + 81_000), undefined);
});

test("the last builds of a batch take as long as the longest of their own estimates", () => {
  const running = [3000, 90_000].map((remaining, index) => ({
    ...member(index, "building", 2),
    estimate: { remaining, basis: 4 - index },
  }));
  assert.deepEqual(estimateOf(batchOf(...running), noon), { remaining: 90_000, basis: 4, from: "earlier builds" });
  assert.equal(estimateOf(batchOf(...running.slice(1), member(0, "building", 2)), noon), undefined);
});

test("a batch shows what runs, then what failed, then the queue, then what is done", () => {
  const { listed, grouped } = sectionsOf(
    batchOf(...aBatch("queued", "succeeded", "failed", "building", "cancelled", "lost", "queued", "checking")),
    () => true,
  );
  assert.deepEqual(
    listed.map(({ id }) => id),
    ["m3", "m7", "m2", "m5", "m0", "m6", "m1", "m4"],
  );
  assert.deepEqual(grouped, []);
});

test("many finished builds of a batch are in a group, unless there are no others", () => {
  const done = Array.from({ length: 6 }, () => "succeeded" as const);
  const mixed = sectionsOf(batchOf(...aBatch(...done, "failed")), () => true);
  assert.deepEqual([mixed.listed.length, mixed.grouped.length], [1, 6]);
  const only = sectionsOf(batchOf(...aBatch(...done)), () => true);
  assert.deepEqual([only.listed.length, only.grouped.length], [6, 0]);
});

test("only the builds that pass the filter are shown in a batch", () => {
  const { listed } = sectionsOf(batchOf(...aBatch("failed", "succeeded", "queued")), ({ state }) => state === "failed");
  assert.deepEqual(
    listed.map(({ id }) => id),
    ["m0"],
  );
});
