import assert from "node:assert/strict";
import { test } from "node:test";
import { factsMarkdown } from "../../../../client/src/text/facts.ts";

test("a fact without a value has no line", () => {
  const facts = [
    ["A", "1"],
    ["B", undefined],
    ["C", "2"],
  ] as const;
  assert.equal(factsMarkdown("**x**", facts), "**x**\n\nA: 1  \nC: 2");
  assert.equal(factsMarkdown("**x**", []), "**x**");
});
