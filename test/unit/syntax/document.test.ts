import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Node } from "web-tree-sitter";
import type { NixDocument } from "../../../server/src/syntax/document.ts";
import { nixDocument } from "../../support/nixDocument.ts";
import { nixText, validNix } from "../../support/nixText.ts";

/** A tree with everything that features use. */
function shapeOf(root: Node): string {
  const parts: string[] = [];
  const walk = (node: Node) => {
    const { row, column } = node.startPosition;
    parts.push(`${node.type} ${node.startIndex}-${node.endIndex} ${row}:${column}${node.hasError ? " error" : ""}`);
    for (const child of node.children) walk(child);
  };
  walk(root);
  return parts.join("\n");
}

/** Changes a document as an editor does, and checks its text against the same change of a string. */
function edit(document: NixDocument, from: number, to: number, inserted: string): void {
  const range = document.rangeAt(from, to);
  // A position cannot stand between the two characters of a line end.
  const [start, end] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  const expected = document.text.slice(0, start) + inserted + document.text.slice(end);
  document.update([{ range, text: inserted }], document.version + 1);
  assert.equal(document.text, expected);
}

function assertIsAsOpened(document: NixDocument): void {
  const fresh = nixDocument(document.text);
  assert.equal(document.root.toString(), fresh.root.toString());
  assert.equal(shapeOf(document.root), shapeOf(fresh.root));
  fresh.dispose();
}

test("after any edits the tree is that of a document that was opened with the text", () => {
  const cuts = fc.array(fc.nat(), { maxLength: 6 });
  fc.assert(
    fc.property(validNix, validNix, cuts, (before, after, places) => {
      const document = nixDocument(before);
      let done = 0;
      const ends = [...places.map(place => place % (after.length + 1)), after.length].toSorted((a, b) => a - b);
      for (const end of ends.filter(place => after[place - 1] !== "\r")) {
        edit(document, done, end, after.slice(done, end));
        done = end;
      }
      edit(document, done, document.text.length, "");
      assert.equal(document.text, after);
      assertIsAsOpened(document);
      document.dispose();
    }),
    { numRuns: 200 },
  );
});

test("the same holds for text with errors", () => {
  const change = fc.record({ start: fc.nat(), length: fc.nat(8), text: nixText(4) });
  fc.assert(
    fc.property(nixText(40), fc.array(change, { maxLength: 6 }), (text, changes) => {
      const document = nixDocument(text);
      for (const { start, length, text: inserted } of changes) {
        const from = start % (document.text.length + 1);
        edit(document, from, Math.min(from + length, document.text.length), inserted);
        assertIsAsOpened(document);
      }
      document.dispose();
    }),
    { numRuns: 200 },
  );
});

test("the tree of a text with errors does not depend on earlier edits", () => {
  const text = "{\n  a = { x = 1; };\n  b = { y = 2; };\n}\n";
  const document = nixDocument(text);
  for (const piece of ["{ ", "/*", '"', "}", "*/", "; ", '"', "}"]) {
    for (const place of [3, 14, 23]) edit(document, place, place + 1, piece);
    assertIsAsOpened(document);
  }
  edit(document, 0, document.text.length, text);
  assertIsAsOpened(document);
});

test("several changes at once apply one after the other", () => {
  const document = nixDocument("{ a = 1; }");
  const at = (line: number, character: number) => ({ line, character });
  document.update(
    [
      { range: { start: at(0, 2), end: at(0, 3) }, text: "märz😀 =\n  { };\n  b" },
      { range: { start: at(2, 6), end: at(2, 7) }, text: "[ 2 ]" },
    ],
    2,
  );
  assert.equal(document.text, "{ märz😀 =\n  { };\n  b = [ 2 ]; }");
  assertIsAsOpened(document);
});

test("the whole text may be replaced, also between edits", () => {
  const document = nixDocument("{ a = { }; }");
  const at = (offset: number) => document.rangeAt(offset, offset);
  document.update([{ range: at(1), text: " b" }, { text: "{ c = 1; }" }, { range: at(0), text: "x: " }], 5);
  assert.equal(document.text, "x: { c = 1; }");
  assert.equal(document.version, 5);
  assert.equal(document.root.toString(), nixDocument(document.text).root.toString());
});

test("an update without changes changes neither the tree nor the text", () => {
  const document = nixDocument("{ a = 1; }");
  document.update([], 2);
  assert.equal(document.text, "{ a = 1; }");
  assert.equal(document.root.toString(), nixDocument(document.text).root.toString());
});

test("positions count UTF-16 units, and the range of a node is that of its text", () => {
  const document = nixDocument(`{ /* 😀é */\n  "märz😀" = 1; }`);
  const name = document.root.descendantsOfType("string_expression")[0];
  assert.ok(name);
  assert.deepEqual(document.rangeOf(name), { start: { line: 1, character: 2 }, end: { line: 1, character: 10 } });
  assert.equal(document.offsetAt({ line: 1, character: 2 }), document.text.indexOf('"'));
});

test("replaced trees are freed", () => {
  const document = nixDocument(`{\n${"  a = { b = [ 1 2 3 ]; };\n".repeat(500)}}`);
  const edit = () => document.update([{ range: document.rangeAt(4, 5), text: "a" }], document.version + 1);
  for (let count = 0; count < 50; count++) edit();
  const before = process.memoryUsage().rss;
  for (let count = 0; count < 300; count++) edit();
  const grown = (process.memoryUsage().rss - before) / 1024 ** 2;
  assert.ok(grown < 30, `${grown.toFixed(0)} MiB more`);
});
