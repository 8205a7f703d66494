import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { foldsOf } from "../../../client/src/logs/outline.ts";

describe("the phases of a log", () => {
  it("go from each heading to the next", () => {
    const lines = ["Running phase: unpackPhase", "a", "b", "Running phase: buildPhase", "c", ""];
    assert.deepEqual(foldsOf(lines), [
      { start: 0, end: 2 },
      { start: 3, end: 4 },
    ]);
  });

  it("that printed nothing cannot be folded", () => {
    assert.deepEqual(foldsOf(["Running phase: a", "Running phase: b", ""]), []);
  });

  it("are not in other logs", () => assert.deepEqual(foldsOf(["a", "linux> Running phase: x"]), []));
});
