import assert from "node:assert/strict";
import { test } from "node:test";
import { attributesAt, bindingsOf, staticString } from "../../../server/src/syntax/nodes.ts";
import { literalSets } from "../../../server/src/syntax/values.ts";
import { nixDocument } from "../../support/nixDocument.ts";

/** What is written -> the string that it is, or undefined where only evaluation can tell. */
const strings: Record<string, [text: string, value: string | undefined]> = {
  "a string": [`"a b"`, "a b"],
  "an empty one": [`""`, ""],
  escapes: [`"a\\nb\\tc\\"d\\\\e"`, 'a\nb\tc"d\\e'],
  "a dollar that is escaped": [`"a\\\${b}\\$c"`, `a\${b}$c`],
  "a dollar that is escaped in an indented string": [`''a''\${b}''$c''`, `a\${b}$c`],
  "a dollar": [`"a$b$$c"`, "a$b$$c"],
  "an indented string": ["''a b''", "a b"],
  "escapes of an indented string": ["''a'''b''\\nc''", "a''b\nc"],
  "a URI": ["https://example.org/x", "https://example.org/x"],
  "parentheses around it": [`(("a"))`, "a"],
  "an interpolation": [`"a\${b}"`, undefined],
  "a number": ["1", undefined],
  "a name": ["a", undefined],
  "two strings": [`"a" + "b"`, undefined],
};

for (const [name, [text, value]] of Object.entries(strings)) {
  test(`static string: ${name}`, () => {
    const [set] = literalSets(nixDocument(`{ x = ${text}; }`).root).sets;
    const expression = set && bindingsOf(set)[0]?.value;
    assert.ok(expression);
    assert.equal(staticString(expression), value);
  });
}

test("the names of a set's bindings are told where they are literal", () => {
  const text = `{ a.b."c d" = 1; "\${x}".y = 2; \${"z"} = 3; inherit p "q"; inherit (r) s; /* t = 4; */ }`;
  const [set] = literalSets(nixDocument(text).root).sets;
  assert.ok(set);
  assert.deepEqual(
    bindingsOf(set).map(({ path, value }) => [path, value?.text]),
    [
      [["a", "b", "c d"], "1"],
      [[undefined, "y"], "2"],
      [["z"], "3"],
      [["p"], undefined],
      [["q"], undefined],
      [["s"], undefined],
    ],
  );
});

test("an attribute is found however it is nested, and every time", () => {
  const text = `{ a.b.c = 1; a = { b.c = 2; }; a = rec { b = { c = 3; }; }; a.b = ({ c = 4; }); a.x.c = 5; b.c = 6; a = f { b.c = 7; }; }`;
  const [set] = literalSets(nixDocument(text).root).sets;
  assert.ok(set);
  assert.deepEqual(
    attributesAt(set, ["a", "b", "c"]).map(({ value }) => value.text),
    ["1", "2", "3", "4"],
  );
  assert.deepEqual(attributesAt(set, ["a", "b", "c", "d"]), []);
});
