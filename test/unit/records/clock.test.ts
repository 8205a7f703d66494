import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Clock } from "../../../server/src/records/log/clock.ts";

function clock(...pieces: string[]): Clock {
  const made = new Clock();
  for (const piece of pieces) made.push(piece);
  return made;
}

/** offset -> when it had been written, by ticks at 100, 250 and 250 bytes. */
const times: [offset: number, time: number | undefined][] = [
  [0, 1000],
  [1, 1000],
  [100, 1000],
  [101, 2000],
  [250, 2000],
  [251, undefined],
];

for (const [offset, time] of times)
  test(`byte ${offset} was written ${time === undefined ? "after the last tick" : `by ${time}`}`, () =>
    assert.equal(clock("1000 100\n2000 250\n3000 250\n").timeOf(offset), time));

test("a clock that has not ticked knows no time", () => {
  assert.equal(clock().timeOf(0), undefined);
});

test("a tick may come in pieces, and counts when it is whole", () => {
  const made = clock("1000 1", "00\n20");
  assert.equal(made.timeOf(100), 1000);
  assert.equal(made.timeOf(101), undefined);
  made.push("00 250\n");
  assert.equal(made.timeOf(101), 2000);
});

test("lines that are no ticks are skipped", () => {
  assert.equal(clock("1000\n\nx y\n-1 5\n1000 50 2000 99\n2000 100\n").timeOf(1), 2000);
});

test("numbers that are no times or no sizes of a stream that grows are skipped", () => {
  const huge = "9".repeat(400);
  const made = clock(`${huge} 50\n1000 ${huge}\n9000000000000000 60\n2000 100\n3000 10\n4000 200\n`);
  assert.deepEqual(
    [1, 101, 201].map(offset => made.timeOf(offset)),
    [2000, 4000, undefined],
  );
});

test("a line without an end is not kept", () => {
  const made = clock(...Array.from({ length: 1000 }, () => "1".repeat(100_000)), " 50\n2000 100\n");
  assert.equal(made.timeOf(1), 2000);
});

test("a time is that of the first tick that has seen the byte, however the file is cut", () => {
  const ticks = fc.array(fc.nat(1000)).map(sizes => sizes.toSorted((a, b) => a - b));
  fc.assert(
    fc.property(ticks, fc.nat(1100), fc.nat(), (sizes, offset, cut) => {
      const text = sizes.map((size, index) => `${index} ${size}\n`).join("");
      const place = cut % (text.length + 1);
      const first = sizes.findIndex(size => size >= offset);
      assert.equal(clock(text.slice(0, place), text.slice(place)).timeOf(offset), first === -1 ? undefined : first);
    }),
  );
});
