import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { CursorMarks, cursorAt } from "../../../../server/src/features/names/cursor.ts";
import { generatedNetwork } from "../../../support/generatedNetwork.ts";

const network = generatedNetwork(60);

/** What a user types, from a letter to what opens and closes everything behind it. */
const typed = fc.constantFrom("x", ";", '"', "''", "{", "}", "${", "[", "/*", "*/", "# ", "\n", "let ", " in ", "a = ");
const edits = fc.record({ place: fc.double({ min: 0, max: 1, noNaN: true }), removed: fc.nat(300), typed });
const cursors = fc.double({ min: 0, max: 1, noNaN: true });

test("a cursor that is read from a mark on is the cursor that is read from the beginning", () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(edits, cursors), { minLength: 1, maxLength: 8 }), steps => {
      const marks = new CursorMarks();
      let text = network;
      for (const [edit, cursor] of steps) {
        const start = Math.floor(edit.place * text.length);
        text = text.slice(0, start) + edit.typed + text.slice(start + edit.removed);
        const offset = Math.floor(cursor * text.length);
        assert.deepEqual(cursorAt(text, offset, marks), cursorAt(text, offset));
      }
    }),
    { numRuns: 60 },
  );
});

test("a cursor near an edit is read from near there", () => {
  const marks = new CursorMarks();
  cursorAt(network, network.length, marks);
  const offset = Math.floor(network.length / 2);
  const { at } = marks.before(`${network.slice(0, offset)}x${network.slice(offset)}`, offset + 1);
  assert.ok(at > offset - 10_000, `${at} of ${offset}`);
  assert.equal(marks.before("another text", 8).at, 0);
});
