import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { covers, widened } from "../../../../client/src/logs/colours/lineRanges.ts";

const range = (first: number, last: number) => ({ first, last });

describe("ranges of lines", () => {
  it("are widened, but not beyond the document", () => {
    assert.deepEqual(widened([range(50, 60)], 20, 1000), [range(30, 80)]);
    assert.deepEqual(widened([range(5, 95)], 20, 100), [range(0, 99)]);
    assert.deepEqual(widened([], 20, 100), []);
  });

  it("stay separate if many folded lines are between them, and are merged if they touch", () => {
    assert.deepEqual(widened([range(500, 510), range(0, 10)], 20, 1000), [range(0, 30), range(480, 530)]);
    assert.deepEqual(widened([range(0, 10), range(51, 60)], 20, 1000), [range(0, 80)]);
    assert.deepEqual(widened([range(0, 100), range(20, 30)], 0, 1000), [range(0, 100)]);
  });

  it("cover other ranges or not", () => {
    const wide = [range(0, 30), range(480, 530)];
    assert.ok(covers(wide, [range(0, 10), range(500, 530)]));
    assert.ok(!covers(wide, [range(25, 35)]));
    assert.ok(!covers(wide, [range(25, 500)]));
    assert.ok(covers([], []));
  });
});
