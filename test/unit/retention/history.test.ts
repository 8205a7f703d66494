import assert from "node:assert/strict";
import { test } from "node:test";
import { type HistoryLimits, type MeasuredRecord, surplus } from "../../../server/src/retention/history.ts";

const now = Date.parse("2024-05-01T12:00:00.000Z");
const none: HistoryLimits = { count: 100, age: 1000_000, bytes: 1000, logBytes: 0 };

/** A build that ended `age` ms ago; ids increase with time. */
function build(
  id: number,
  end: "succeeded" | "failed" | "running",
  fields: { age?: number; bytes?: number; machine?: string; pinned?: boolean } = {},
): MeasuredRecord {
  const { age = 1000 - id, bytes = 10, machine = "web", pinned = false } = fields;
  const success = end === "succeeded" ? machine : undefined;
  return { id: String(id), hasEnded: end !== "running", at: now - age, isPinned: pinned, success, bytes };
}

/** name -> builds, limits, and the ids that go. */
const cases: Record<string, [builds: MeasuredRecord[], limits: Partial<HistoryLimits>, removed: string[]]> = {
  "within the limits nothing goes": [[build(1, "failed"), build(2, "failed")], {}, []],
  "the oldest go when there are too many": [
    [build(3, "failed"), build(1, "failed"), build(2, "failed")],
    { count: 1 },
    ["1", "2"],
  ],
  "the last success of each machine stays": [
    [build(1, "succeeded"), build(2, "succeeded"), build(3, "succeeded", { machine: "db" }), build(4, "failed")],
    { count: 1 },
    ["1"],
  ],
  "what runs stays": [[build(1, "running"), build(2, "failed"), build(3, "failed")], { count: 1 }, ["2"]],
  "what the user keeps stays": [[build(1, "failed", { pinned: true }), build(2, "failed")], { count: 0 }, ["2"]],
  "what is old goes": [[build(1, "failed", { age: 2000 }), build(2, "failed", { age: 10 })], { age: 1000 }, ["1"]],
  "what is large goes, and smaller ones that are older stay while there is room": [
    [build(1, "failed", { bytes: 5 }), build(2, "failed", { bytes: 90 }), build(3, "failed", { bytes: 20 })],
    { bytes: 100 },
    ["2"],
  ],
};

for (const [name, [builds, limits, removed]] of Object.entries(cases))
  test(name, () => assert.deepEqual(surplus(builds, { ...none, ...limits }, now), removed));
