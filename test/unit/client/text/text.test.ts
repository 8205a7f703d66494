import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { bytesText } from "../../../../client/src/text/bytes.ts";
import { durationText, elapsed, steppedDurationText } from "../../../../client/src/text/duration.ts";
import { factsMarkdown } from "../../../../client/src/text/facts.ts";
import { codeBlock, escapeMarkdown, inlineCode } from "../../../../server/src/common/markdown.ts";
import { after, english, noon } from "../samples.ts";

describe("a time span", () => {
  const cases: readonly (readonly [number, string])[] = [
    [-5, "0 s"],
    [999, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min 0 s"],
    [3_599_000, "59 min 59 s"],
    [3_600_000, "1 h 0 min"],
    [90_000_000, "25 h 0 min"],
  ];
  for (const [milliseconds, expected] of cases) {
    it(`of ${milliseconds} ms is ${expected}`, () => assert.equal(durationText(milliseconds, english), expected));
  }

  const steps: readonly (readonly [number, string])[] = [
    [-5, "0 s"],
    [4999, "0 s"],
    [59_999, "55 s"],
    [60_000, "1 min"],
    [119_999, "1 min"],
    [3_600_000, "1 h 0 min"],
  ];
  for (const [milliseconds, expected] of steps) {
    it(`of ${milliseconds} ms that goes on is ${expected}`, () =>
      assert.equal(steppedDurationText(milliseconds, english), expected));
  }

  it("ends when what it measures ends", () => {
    assert.equal(elapsed({ startedAt: after(1) }, noon + 5000), 4000);
    assert.equal(elapsed({ startedAt: after(1), stoppedAt: after(3) }, noon + 5000), 2000);
    assert.equal(elapsed({}, noon), undefined);
  });
});

describe("a number of bytes", () => {
  const cases: readonly (readonly [number, string])[] = [
    [0, "0 B"],
    [1023, "1023 B"],
    [1536, "1.5 KiB"],
    [5 * 1024 ** 2, "5.0 MiB"],
    [2.25 * 1024 ** 3, "2.3 GiB"],
  ];
  for (const [bytes, expected] of cases) {
    it(`${bytes} is ${expected}`, () => assert.equal(bytesText(bytes, english), expected));
  }
});

describe("foreign text in Markdown", () => {
  it("makes no link, image, HTML or line", () => {
    assert.equal(escapeMarkdown("a [b](c) <i>\n*d* &amp;"), "a \\[b\\]\\(c\\) \\<i\\> \\*d\\* \\&amp;");
  });

  it("stays code whatever it holds", () => {
    assert.equal(inlineCode("plain"), "`plain`");
    assert.equal(inlineCode("a `b` c"), "`` a `b` c ``");
    assert.equal(codeBlock("```\nx"), "````\n```\nx\n````");
  });

  it("is left out where there is none", () => {
    const facts = [
      ["A", "1"],
      ["B", undefined],
      ["C", "2"],
    ] as const;
    assert.equal(factsMarkdown("**x**", facts), "**x**\n\nA: 1  \nC: 2");
    assert.equal(factsMarkdown("**x**", []), "**x**");
  });
});
