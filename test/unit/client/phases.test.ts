import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { phasesOf } from "../../../client/src/logs/phases.ts";

describe("the phases of a log", () => {
  it("go from each heading to the next", () => {
    const lines = ["Running phase: unpackPhase", "a", "b", "Running phase: buildPhase", "c", ""];
    assert.deepEqual(phasesOf(lines), [
      { start: 0, end: 2 },
      { start: 3, end: 4 },
    ]);
  });

  it("that printed nothing cannot be folded", () => {
    assert.deepEqual(phasesOf(["Running phase: a", "Running phase: b", ""]), []);
  });

  it("are not in other logs", () => assert.deepEqual(phasesOf(["a", "linux> Running phase: x"]), []));
});
