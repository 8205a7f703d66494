import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { codeBlock, escapeMarkdown, inlineCode } from "../../../server/src/common/markdown.ts";
import { anyText } from "../../support/arbitraries.ts";

/** text -> Markdown that shows it literally. */
const cases: Record<string, string> = {
  web01: "web01",
  "web01.example.com": "web01\\.example\\.com",
  "*bold* _emphasis_ `code` ~gone~": "\\*bold\\* \\_emphasis\\_ \\`code\\` \\~gone\\~",
  "[text](command:evil)": "\\[text\\]\\(command\\:evil\\)",
  "![image](https://example.org/x.png)": "\\!\\[image\\]\\(https\\://example\\.org/x\\.png\\)",
  "<img src=x onerror=alert(1)>": "\\<img src\\=x onerror\\=alert\\(1\\)\\>",
  "&lt;": "\\&lt;",
  "a|b": "a\\|b",
  "back\\slash": "back\\\\slash",
  "two\nlines\n\n# heading\n===": "two lines \\# heading \\=\\=\\=",
};

for (const [text, markdown] of Object.entries(cases))
  test(`'${text.replaceAll("\n", "↵")}' is shown literally`, () => assert.equal(escapeMarkdown(text), markdown));

test("every character with a meaning in Markdown is escaped, in any text", () => {
  fc.assert(
    fc.property(anyText, text => {
      const escaped = escapeMarkdown(text);
      assert.equal(escaped.replaceAll(/\\(.)/gs, "$1"), text.replaceAll(/\s+/g, " "));
      assert.ok(!/(?<!\\)(?:\\\\)*[`*_[\]<>&!|:]/.test(escaped));
    }),
  );
});

/** text -> inline code. */
const code: Record<string, string> = {
  "aarch64-linux": "`aarch64-linux`",
  "a`b": "`` a`b ``",
  "``": "``` `` ```",
  "x\ny": "`x y`",
};

for (const [text, markdown] of Object.entries(code))
  test(`'${text.replaceAll("\n", "↵")}' is inline code`, () => assert.equal(inlineCode(text), markdown));

test("no text ends its inline code early", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("`", "``", "a", "\n", " ", "[x](y)")), parts => {
      const text = inlineCode(parts.join(""));
      const fence = /^`+/.exec(text)?.[0] ?? "";
      const inner = text.slice(fence.length, -fence.length);
      assert.ok(text.endsWith(fence));
      assert.ok([...inner.matchAll(/`+/g)].every(([run]) => run.length < fence.length));
    }),
  );
});

test("a code block stays one with any content", () => {
  assert.equal(codeBlock("```\nx"), "````\n```\nx\n````");
});
