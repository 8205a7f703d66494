import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  anchorSize,
  endAfter,
  growthIn,
  type LogEnd,
  linesFor,
  wholeCharacters,
} from "../../../../server/src/hydra/client/logGrowth.ts";

const end = (known: Buffer): LogEnd => endAfter(undefined, known.length, known);
const tailOf = (log: Buffer, lines: number) => {
  const all = log.toString("latin1").split(/(?<=\n)/);
  return Buffer.from(all.slice(-lines).join(""), "latin1");
};

test("what was added to a log is found in its last lines", () => {
  const line = fc.stringMatching(/^[a-z .]{0,60}$/).map(text => `${text}\n`);
  const text = fc.array(line, { minLength: 1, maxLength: 200 }).map(lines => Buffer.from(lines.join("")));
  fc.assert(
    fc.property(text, text, (known, added) => {
      const whole = Buffer.concat([known, added]);
      const lines = linesFor(added.length + anchorSize, end(known));
      const found = growthIn(tailOf(whole, lines), end(known), added.length);
      assert.ok(found === undefined || found.equals(added));
      // With all lines nothing is missed.
      assert.deepEqual(growthIn(whole, end(known), added.length), added);
    }),
  );
});

test("lines that repeat never make a log longer than it is, and the next readings have the rest", () => {
  const line = "....................\n";
  const log = Buffer.from(line.repeat(2000));
  let known = Buffer.from(line.repeat(500));
  for (let reading = 0; reading < 100 && known.length < log.length; reading++) {
    const added = growthIn(log, end(known), Math.min(100, log.length - known.length));
    assert.ok(added !== undefined && added.length > 0);
    known = Buffer.concat([known, added]);
  }
  assert.ok(log.subarray(0, known.length).equals(known));
});

test("the end of a log is the last bytes of all that was read", () => {
  const first = endAfter(undefined, 10, Buffer.from("0123456789"));
  const second = endAfter(first, 13, Buffer.from("abc"));
  assert.deepEqual(second, { offset: 13, anchor: Buffer.from("0123456789abc") });
  const large = Buffer.alloc(5000, "x");
  assert.deepEqual(endAfter(second, 5013, large), { offset: 5013, anchor: large.subarray(0, anchorSize) });
});

test("a character that is not complete yet is left for the next reading", () => {
  for (const text of ["", "a", "ü", "a€", "x🙂"]) {
    const bytes = Buffer.from(text);
    assert.ok(wholeCharacters(bytes).equals(bytes), text);
    if (bytes.length > 1) {
      const cut = wholeCharacters(bytes.subarray(0, -1)).toString();
      assert.equal(cut, [...text].slice(0, -1).join(""), text);
    }
  }
  assert.equal(wholeCharacters(Buffer.from([0x80, 0x80, 0x80, 0x80])).length, 4);
});
