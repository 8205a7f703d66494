import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { colouredText, hasControls, printedPieces, shownText } from "../../../server/src/common/escapes.ts";

/** output -> what is shown of it, and that with its colours. */
const cases: Readonly<Record<string, readonly [printed: string, shown: string, coloured: string]>> = {
  "plain text with tabs and line ends": ["a\tb\nc", "a\tb\nc", "a\tb\nc"],
  colours: ["\u001b[35;1ma\u001b[0m", "a", "\u001b[35;1ma\u001b[0m"],
  "256 and true colours": [
    "\u001b[38;5;196ma\u001b[38:2::1:2:3mb\u001b[m",
    "ab",
    "\u001b[38;5;196ma\u001b[38:2::1:2:3mb\u001b[m",
  ],
  "colours as GCC prints them, each with an erasure": [
    "\u001b[01m\u001b[Ka.c:1:1:\u001b[m\u001b[K \u001b[01;31m\u001b[Kerror: \u001b[m\u001b[Kno ';'",
    "a.c:1:1: error: no ';'",
    "\u001b[01ma.c:1:1:\u001b[m \u001b[01;31merror: \u001b[mno ';'",
  ],
  "moves and erasures": ["\u001b[2K\u001b[1Ga\u001b[?25l", "a", "a"],
  "a link that ends with BEL": ["\u001b]8;;https://example.org\u0007a\u001b]8;;\u0007", "a", "a"],
  "a link that ends with ST": ["\u001b]8;;https://example.org\u001b\\a\u001b]8;;\u001b\\", "a", "a"],
  "a title that has no end": ["a\u001b]0;title\nb", "a\nb", "a\nb"],
  "what tput sgr0 prints": ["\u001b[1ma\u001b(B\u001b[m", "a", "\u001b[1ma\u001b[m"],
  "saving the cursor": ["\u001b7a\u001b8", "a", "a"],
  "what ends with m and sets a key's meaning": ["\u001b[>4;1ma\u001b[?4m", "a", "a"],
  "an escape alone": ["a\u001b", "a", "a"],
  "a sequence that is cut": ["a\u001b[31", "a31", "a31"],
  "a sequence with a control character in it": ["\u001b[3\u00011m", "31m", "31m"],
  "a sequence in a sequence": ["\u001b[\u001b[31mred", "red", "\u001b[31mred"],
  "carriage returns": ["a\r\nb\r", "a\nb", "a\nb"],
  "bells, backspaces and deletions": ["\u0007a\b\u007fb\0", "ab", "ab"],
};

describe("of what a program prints", () => {
  for (const [name, [printed, shown, coloured]] of Object.entries(cases))
    it(name, () => {
      assert.equal(shownText(printed), shown);
      assert.equal(colouredText(printed), coloured);
      assert.equal(hasControls(printed), shown !== printed);
    });
});

it("a text is read as what is shown, what sets colours, and the rest", () => {
  assert.deepEqual(printedPieces("\u001b[1;31m\u001b[Kred\r\u001b[m\n"), [
    { kind: "rendition", sequence: "\u001b[1;31m", parameters: "1;31" },
    { kind: "other", sequence: "\u001b[K" },
    { kind: "text", text: "red" },
    { kind: "other", sequence: "\r" },
    { kind: "rendition", sequence: "\u001b[m", parameters: "" },
    { kind: "text", text: "\n" },
  ]);
  assert.deepEqual(printedPieces("plain"), [{ kind: "text", text: "plain" }]);
  assert.deepEqual(printedPieces(""), []);
});

describe("of any text", () => {
  const text = fc
    .array(fc.constantFrom("\u001b", "[", "]", "(", "1", ";", "m", "\u0007", "\0", "\\", "\n", "\t", "\r", "a", "é"))
    .map(characters => characters.join(""));

  it("no escape and no control character is left, and nothing else is lost of a plain one", () => {
    fc.assert(
      fc.property(text, any => {
        assert.doesNotMatch(shownText(any), /[^\P{Cc}\n\t]/u);
        const plain = any.replaceAll(/[^\P{Cc}\n\t]/gu, "");
        assert.equal(shownText(plain), plain);
      }),
    );
  });

  it("the pieces are the text, and say what is left of it", () => {
    fc.assert(
      fc.property(text, any => {
        const pieces = printedPieces(any);
        const all = pieces.map(piece => (piece.kind === "text" ? piece.text : piece.sequence));
        assert.equal(all.join(""), any);
        const shown = pieces.map(piece => (piece.kind === "text" ? piece.text : ""));
        assert.equal(shown.join(""), shownText(any));
        const coloured = pieces.map((piece, index) => (piece.kind === "rendition" ? piece.sequence : shown[index]));
        assert.equal(coloured.join(""), colouredText(any));
      }),
    );
  });
});
