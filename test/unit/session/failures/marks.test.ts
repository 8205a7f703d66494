import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { editBetween, markAfter, markOf } from "../../../../server/src/session/failures/marks.ts";
import { anyText } from "../../../support/arbitraries.ts";

const text = "{\n  one = 1;\n  services.ngnix = true;\n  two = 2;\n}\n";
const word = "ngnix";
const [start, line] = [text.indexOf(word), "  services.ngnix = true;"];
const range = { start: { line: 2, character: 11 }, end: { line: 2, character: 16 } };
const mark = markOf("file:///n.nix", text, range);

/** What is edited: the text before -> the text after, and what is still underlined. */
const edits: Record<string, [before: string, after: string, left: string | undefined]> = {
  "a line above is changed": ["one = 1", "one = 1000", word],
  "a line above is added": ["  one", "  zero = 0;\n  one", word],
  "the line above is removed": ["  one = 1;\n", "", word],
  "a line below is changed": ["two = 2", "two = 3", word],
  "a line is inserted right before": [line, `\n${line}`, word],
  "blanks are appended": [`${line}\n`, `${line}  \n`, word],
  "the name is mended": [word, "nginx", undefined],
  "a letter is added at its end": [word, `${word}x`, undefined],
  "its value is changed": ["true", "false", undefined],
  "something is appended to its line": ["true;", "true;}", undefined],
  "a comment is appended to its line": ["true;", "true; # why", word],
  "its line is removed": [`${line}\n`, "", undefined],
  "the whole text is removed": [text, "", undefined],
};

for (const [name, [before, after, left]] of Object.entries(edits))
  test(`the mark of a place when ${name}`, () => {
    const changed = text.replace(before, after);
    const moved = markAfter(mark, [editBetween(text, changed)], text, changed);
    assert.equal(moved && changed.slice(moved.shown.start, moved.shown.end), left);
  });

test("several edits at once move a mark by all of them, unless one is in its lines", () => {
  const changed = text.replace("one", "first").replace("two", "second");
  const [one, two] = [text.indexOf("one"), text.indexOf("two") + "first".length - 3];
  const both = [
    { start: one, oldEnd: one + 3, newEnd: one + 5 },
    { start: two, oldEnd: two + 3, newEnd: two + 6 },
  ];
  const moved = markAfter(mark, both, text, changed);
  assert.equal(moved?.shown.start, start + 2);
  const inside = [...both, { start: start + 2, oldEnd: start + 3, newEnd: start + 4 }];
  assert.equal(markAfter(mark, inside, text, changed), undefined);
});

test("a syntax error is mended in the line before it, too", () => {
  const broken = "{\n  a = 1\n\n  b = 2;\n}";
  const at = { start: { line: 3, character: 2 }, end: { line: 3, character: 3 } };
  const mended = broken.replace("a = 1", "a = 1;");
  const edit = [editBetween(broken, mended)];
  assert.equal(markAfter(markOf("x", broken, at, true), edit, broken, mended), undefined);
  assert.notEqual(markAfter(markOf("x", broken, at), edit, broken, mended), undefined);
});

test("the edit between two texts makes one of the other, and a mark that is left shows the same text", () => {
  fc.assert(
    fc.property(anyText, anyText, anyText, fc.nat(), fc.nat(), (head, middle, tail, one, other) => {
      const before = `${head}${middle}\n${tail}`;
      const after = `${head}${tail}\n${tail}`;
      const edit = editBetween(before, after);
      assert.equal(
        before.slice(0, edit.start) + after.slice(edit.start, edit.newEnd) + before.slice(edit.oldEnd),
        after,
      );
      const at = { line: one % 3, character: other % 10 };
      const marked = markOf("x", before, { start: at, end: at });
      const moved = markAfter(marked, [edit], before, after);
      if (moved === undefined) return;
      assert.equal(
        after.slice(moved.watched.start, moved.watched.end),
        before.slice(marked.watched.start, marked.watched.end),
      );
    }),
  );
});
