import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import { ChangedRows, treePeriod } from "../../../../client/src/util/changedRows.ts";

describe("changes of a tree", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 }));
  afterEach(() => mock.timers.reset());

  function setup() {
    const handed: (readonly string[] | "all")[] = [];
    return { handed, rows: new ChangedRows<string>(changed => handed.push(changed)) };
  }

  it("are published immediately after a pause", () => {
    const { handed, rows } = setup();
    rows.add(["a"]);
    rows.add(["a", "b"]);
    mock.timers.tick(0);
    assert.deepEqual(handed, [["a", "b"]]);
  });

  it("that never pause are published periodically", () => {
    const { handed, rows } = setup();
    for (let elapsed = 0; elapsed < 10 * treePeriod; elapsed += 50) {
      rows.add(["a"]);
      mock.timers.tick(50);
    }
    assert.equal(handed.length, 10);
  });

  it("of the whole tree are published immediately and include all others", () => {
    const { handed, rows } = setup();
    rows.add(["a"]);
    rows.addAll();
    assert.deepEqual(handed, ["all"]);
    mock.timers.tick(treePeriod);
    assert.deepEqual(handed, ["all"]);
  });

  it("are not published if there are none", () => {
    const { handed, rows } = setup();
    rows.add([]);
    mock.timers.tick(treePeriod);
    assert.deepEqual(handed, []);
  });
});
