import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { OpenRows } from "../../../../../client/src/views/builds/openRows.ts";

/** A memory that outlives a window. */
function memoryOf(first?: unknown) {
  const values = new Map<string, unknown>(first === undefined ? [] : [["openBuilds", first]]);
  return {
    get: <T>(key: string, byDefault: T) => (values.has(key) ? (values.get(key) as T) : byDefault),
    update: (key: string, value: unknown) => Promise.resolve(void values.set(key, value)),
  };
}

describe("the expanded rows of the Builds view", () => {
  it("are expanded again in the next window, unless they were collapsed", () => {
    const memory = memoryOf();
    const rows = new OpenRows(memory);
    for (const id of ["a", "b"]) rows.set(id, true);
    rows.set("b", false);
    assert.equal(rows.isReopened("a"), false);
    const next = new OpenRows(memory);
    assert.deepEqual(
      ["a", "b"].map(id => next.isReopened(id)),
      [true, false],
    );
    next.set("a", false);
    assert.equal(next.isReopened("a"), false);
    assert.equal(new OpenRows(memory).isReopened("a"), false);
  });

  it("are remembered up to a limit, the newest first", () => {
    const memory = memoryOf();
    const rows = new OpenRows(memory);
    for (let number = 0; number < 150; number++) rows.set(`b${number}`, true);
    const next = new OpenRows(memory);
    assert.deepEqual(
      ["b0", "b49", "b50", "b149"].map(id => next.isReopened(id)),
      [false, false, true, true],
    );
  });

  it("are none if what was remembered is damaged", () => {
    for (const damaged of [5, "a", null, { a: 1 }, [5, null]])
      assert.equal(new OpenRows(memoryOf(damaged)).isReopened("a"), false);
  });
});
