import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  ChunkSizes,
  chunksOf,
  machineMemory,
  planChunks,
  processMemory,
} from "../../../server/src/nix/evaluation/chunks.ts";

/** machines, memory (MiB), processors -> machines per process, processes. */
const cases: readonly [machines: number, memory: number, processors: number, size: number, processes: number][] = [
  [0, 4096, 4, 1, 1],
  [1, 4096, 4, 1, 1],
  [3, 4096, 2, 2, 2],
  [3, 4096, 8, 1, 3],
  // 4096 MiB are 2048 per process: (2048 - 100) / 200 machines.
  [18, 4096, 2, 9, 2],
  [200, 4096, 2, 9, 2],
  [200, 4096, 1, 19, 1],
  // 256 processors do not help: each process takes at least 300 MiB.
  [200, 4096, 256, 1, 13],
  [200, 65536, 16, 13, 16],
  [20, 300, 8, 1, 1],
  // Too little for a single one: one by one anyway.
  [20, 10, 8, 1, 1],
  [20, 0.5, 8, 1, 1],
];

for (const [machines, memory, processors, size, processes] of cases)
  test(`${machines} machines, ${memory} MiB, ${processors} processors: ${processes} in parallel, ${size} each`, () =>
    assert.deepEqual(planChunks(machines, memory, processors), { size, processes }));

test("for any numbers the plan stays below the limit if one machine does, and leaves no process idle", () => {
  const positive = fc.integer({ min: 1, max: 100_000 });
  fc.assert(
    fc.property(positive, positive, fc.integer({ min: 1, max: 512 }), (machines, memory, processors) => {
      const { size, processes } = planChunks(machines, memory, processors);
      assert.ok(Number.isInteger(size) && size >= 1);
      assert.ok(processes >= 1 && processes <= Math.min(processors, machines));
      if (memory >= processMemory + machineMemory)
        assert.ok(processes * (processMemory + size * machineMemory) <= memory);
    }),
  );
});

test("chunks contain everything once and in order", () => {
  assert.deepEqual(chunksOf(["a", "b", "c", "d", "e"], 2), [["a", "b"], ["c", "d"], ["e"]]);
  assert.deepEqual(chunksOf(["a"], 5), [["a"]]);
  assert.deepEqual(chunksOf([], 5), []);
});

test("chunks grow step by step when machines need less memory than usual", () => {
  const sizes = new ChunkSizes(planChunks(1000, 4096, 2), 4096);
  assert.equal(sizes.next, 9);
  sizes.didFinish(9, 45, 991);
  assert.equal(sizes.next, 36);
  sizes.didFinish(36, 180, 950);
  assert.equal(sizes.next, 144);
  // The others take more: (2048 - 100) / 100 machines.
  sizes.didFinish(36, 3600, 900);
  assert.equal(sizes.next, 19);
});

test("chunks never become smaller than planned because of memory that was freed", () => {
  const sizes = new ChunkSizes(planChunks(1000, 4096, 2), 4096);
  sizes.didFinish(9, 90_000, 991);
  assert.equal(sizes.next, 9);
});

test("the last machines are divided among the processes", () => {
  const sizes = new ChunkSizes(planChunks(40, 4096, 2), 4096);
  sizes.didFinish(9, 45, 22);
  assert.equal(sizes.next, 11);
});
