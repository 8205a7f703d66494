import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it, mock } from "node:test";
import { Throttle, treePeriod } from "../../../../client/src/util/throttle.ts";

describe("changes of a tree", () => {
  beforeEach(() => mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 }));
  afterEach(() => mock.timers.reset());

  function setup() {
    const handed: (readonly string[] | "all")[] = [];
    return { handed, throttle: new Throttle<string>(changed => handed.push(changed)) };
  }

  it("are published immediately after a pause", () => {
    const { handed, throttle } = setup();
    throttle.add(["a"]);
    throttle.add(["a", "b"]);
    mock.timers.tick(0);
    assert.deepEqual(handed, [["a", "b"]]);
  });

  it("that never pause are published periodically", () => {
    const { handed, throttle } = setup();
    for (let elapsed = 0; elapsed < 10 * treePeriod; elapsed += 50) {
      throttle.add(["a"]);
      mock.timers.tick(50);
    }
    assert.equal(handed.length, 10);
  });

  it("of the whole tree are published immediately and include all others", () => {
    const { handed, throttle } = setup();
    throttle.add(["a"]);
    throttle.addAll();
    assert.deepEqual(handed, ["all"]);
    mock.timers.tick(treePeriod);
    assert.deepEqual(handed, ["all"]);
  });

  it("are not published if there are none", () => {
    const { handed, throttle } = setup();
    throttle.add([]);
    mock.timers.tick(treePeriod);
    assert.deepEqual(handed, []);
  });
});
