import assert from "node:assert/strict";
import { test } from "node:test";
import { circleIn } from "../support/importGraph.ts";

test("a circle is found", () => {
  const edges: Record<string, string[]> = { a: ["b"], b: ["c", "d"], c: [], d: ["b"] };
  assert.deepEqual(
    circleIn(["a"], node => edges[node] ?? []),
    ["b", "d", "b"],
  );
  assert.equal(
    circleIn(["c"], node => edges[node] ?? []),
    undefined,
  );
});
