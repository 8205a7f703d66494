import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { colouredLines } from "../../../../server/src/builds/log/colours.ts";
import { storedLines } from "../../../../server/src/builds/log/lines.ts";
import { withColoursOnly, withoutEscapes } from "../../../../server/src/nix/events/printed.ts";

/** printed -> what is left of it. */
const cases: Readonly<Record<string, readonly [printed: string, left: string]>> = {
  "a colour that is reset": ["\u001b[31mred\u001b[0m plain", "\u001b[31mred\u001b[0m plain"],
  "256 and true colours": [
    "\u001b[38;5;196ma\u001b[48:2::1:2:3mb\u001b[m",
    "\u001b[38;5;196ma\u001b[48:2::1:2:3mb\u001b[m",
  ],
  "moves and erasures": ["\u001b[2K\u001b[1Ga\u001b[?25l", "a"],
  "links, without what they lead to": ["\u001b]8;;https://example.org\u001b\\a\u001b]8;;\u001b\\", "a"],
  "what tput sgr0 prints": ["\u001b[1ma\u001b(B\u001b[m", "\u001b[1ma\u001b[m"],
  "what ends with m and sets a key's meaning": ["\u001b[>4;1ma\u001b[?4m", "a"],
  "a sequence that is cut": ["a\u001b[31", "a31"],
  "carriage returns": ["\u001b[1ma\r\u001b[0m\r", "\u001b[1ma\u001b[0m"],
  "a colour that stays on": ["\u001b[31mred", "\u001b[31mred\u001b[0m"],
  "a colour that stays on over lines": ["\u001b[31mred\nnext", "\u001b[31mred\u001b[0m\nnext"],
  "black of 256, which ends like a reset": ["\u001b[38;5;0mblack", "\u001b[38;5;0mblack\u001b[0m"],
  "a reset of one thing": ["\u001b[1;31mred\u001b[22m", "\u001b[1;31mred\u001b[22m\u001b[0m"],
};

describe("a line keeps its colours, and ends with none", () => {
  for (const [name, [printed, left]] of Object.entries(cases))
    it(name, () => assert.equal(colouredLines(printed), left));
});

const pieces = fc.constantFrom(
  "\u001b",
  "\u001b[",
  "[",
  "]8;;",
  "(",
  "1",
  "38;5;0",
  ";",
  ":",
  "m",
  "\u0007",
  "\n",
  "\r",
  "é",
);

describe("of any text", () => {
  const text = fc.array(pieces).map(parts => parts.join(""));

  it("the words are the same with colours and without", () => {
    fc.assert(fc.property(text, any => assert.equal(withoutEscapes(colouredLines(any)), withoutEscapes(any))));
  });

  it("no escape is left but those of colours, and no colour is on at the end of a line", () => {
    fc.assert(
      fc.property(text, any => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
        assert.doesNotMatch(withColoursOnly(any), /\r|\u001b(?!\[[\d:;]*m)/);
        for (const line of colouredLines(any).split("\n")) {
          const end = line.lastIndexOf("\u001b");
          // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
          if (end !== -1) assert.match(line.slice(end), /^\u001b\[[0;]*m/);
        }
      }),
    );
  });
});

it("a log that Nix keeps has its colours if they are asked for", () => {
  const text = '\u001b[31mred\u001b[K\nplain\nRunning phase: a\u001b[0m\n@nix {"action":"setPhase","phase":"a"}';
  assert.deepEqual(storedLines(text, colouredLines), ["\u001b[31mred\u001b[0m", "plain", "Running phase: a\u001b[0m"]);
  assert.deepEqual(storedLines(text), ["red", "plain", "Running phase: a"]);
});
