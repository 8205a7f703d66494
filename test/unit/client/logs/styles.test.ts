import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { paletteColour, trueColour } from "../../../../client/src/logs/colours/palette.ts";
import { readLine, readLines } from "../../../../client/src/logs/colours/sgr.ts";
import { restyled, type Style, styleKey, usual } from "../../../../client/src/logs/colours/style.ts";

/** A style without its default values. */
function set(style: Style): Record<string, unknown> {
  return Object.fromEntries(Object.entries(style).filter(([, value]) => value !== undefined && value !== false));
}

/** Parameters of a sequence -> the style that it sets. */
const sequences: readonly (readonly [string, Style])[] = [
  ["", {}],
  ["0", {}],
  ["1", { bold: true }],
  ["01;31", { bold: true, foreground: 1 }],
  ["2;3;4;7;9", { dim: true, italic: true, underline: true, inverse: true, struck: true }],
  ["97", { foreground: 15 }],
  ["47", { background: 7 }],
  ["104", { background: 12 }],
  ["38;5;9", { foreground: 9 }],
  ["38;5;208", { foreground: "#ff8700" }],
  ["48;5;232", { background: "#080808" }],
  ["38;2;1;20;255", { foreground: "#0114ff" }],
  ["38:2::1:20:255", { foreground: "#0114ff" }],
  ["38:2:1:20:255", { foreground: "#0114ff" }],
  ["48:5:1", { background: 1 }],
  ["4:3", { underline: true }],
  ["4;4:0", {}],
  // Parameters after a colour count, and an invalid colour is ignored.
  ["38;5;208;1;48;5;2", { foreground: "#ff8700", bold: true, background: 2 }],
  ["38;5;999;1", { bold: true }],
  ["38;2;1;2", {}],
  ["38;7;1", { inverse: true, bold: true }],
  ["58;2;1;2;3;4", { underline: true }],
  ["31;39", {}],
  ["41;1;49;22", {}],
  ["31;0;1", { bold: true }],
  ["5;6;73;12345678901234567890", {}],
];

describe("a sequence sets", () => {
  for (const [parameters, style] of sequences)
    it(parameters, () => assert.deepEqual(set(restyled(usual, parameters)), style));

  it("nothing permanently: a style that is turned off leaves no trace", () => {
    const off = restyled(restyled(usual, "1;2;3;4;7;9;31;42"), "22;23;24;27;29;39;49");
    assert.equal(styleKey(off), "");
  });
});

describe("the 256 colours", () => {
  it("are 16 of the theme, a colour cube and greys", () => {
    const some = [0, 15, 16, 21, 46, 196, 231, 232, 255].map(paletteColour);
    const cube = ["#000000", "#0000ff", "#00ff00", "#ff0000", "#ffffff"];
    assert.deepEqual(some, [0, 15, ...cube, "#080808", "#eeeeee"]);
  });

  it("are not more than that", () => {
    for (const index of [undefined, -1, 256, 1.5, Number.NaN]) assert.equal(paletteColour(index), undefined);
    assert.equal(trueColour([1, 2]), undefined);
    assert.equal(trueColour([1, 2, 256]), undefined);
  });
});

describe("a line", () => {
  const red = { foreground: 1 };

  it("is split into its text and its styled spans", () => {
    const { text, spans } = readLine("a \u001b[31mred\u001b[0m and \u001b[1mbold\u001b[m");
    assert.equal(text, "a red and bold");
    assert.deepEqual(spans, [
      { start: 2, end: 5, style: red },
      { start: 10, end: 14, style: { bold: true } },
    ]);
  });

  it("has one span if the same style is set twice, and none without text", () => {
    assert.deepEqual(readLine("\u001b[31ma\u001b[31mb\u001b[1m\u001b[22mc\u001b[32m").spans, [
      { start: 0, end: 3, style: red },
    ]);
  });

  it("shows nothing of any other sequence", () =>
    assert.deepEqual(readLine("\u001b[K\u001b[31x[31m\u001b[?1ma"), { text: "[31ma", spans: [] }));
});

describe("lines", () => {
  it("are split into plain text and the raw styled lines", () => {
    const { text, styled } = readLines("one\n\u001b[31mtwo\u001b[0m\nthree\n");
    assert.equal(text, "one\ntwo\nthree\n");
    assert.deepEqual([...styled], [[1, "\u001b[31mtwo\u001b[0m"]]);
    assert.equal(readLines("one\n").styled.size, 0);
  });

  it("of any text have spans in order, not empty, and within the line", () => {
    const part = fc.oneof(
      fc.constantFrom("\u001b", "\u001b[", "m", ";", ":", "[31m", "\u001b[0m", "é", "\n", "38;5;", "\u001b[1;4m"),
      fc.array(fc.nat(260), { maxLength: 8 }).map(codes => `\u001b[${codes.join(";")}m`),
    );
    fc.assert(
      fc.property(fc.array(part), parts => {
        const raw = parts.join("");
        const { text, styled } = readLines(raw);
        const lines = text.split("\n");
        assert.equal(lines.length, raw.split("\n").length);
        for (const [index, line] of styled) {
          const read = readLine(line);
          assert.equal(read.text, lines[index]);
          let end = 0;
          for (const span of read.spans) {
            assert.ok(span.start >= end && span.end > span.start && span.end <= read.text.length);
            assert.notEqual(styleKey(span.style), "");
            end = span.end;
          }
        }
      }),
      { numRuns: 1000 },
    );
  });
});
