// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import type { Node } from "web-tree-sitter";
import { ancestorsOf, attributesAt, bindingsOf, staticString } from "../../../server/src/syntax/nodes.ts";
import { literalSets } from "../../../server/src/syntax/values.ts";
import { cpuTime } from "../../support/cpuTime.ts";
import { fixturesDir } from "../../support/fixtures.ts";
import { nixDocument } from "../../support/nixDocument.ts";

/** Expression -> its string, or undefined if it is computed. */
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

test("the names of a set's bindings are known if they are literal", () => {
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

test("all definitions of an attribute are found, with any nesting", () => {
  const text = `{ a.b.c = 1; a = { b.c = 2; }; a = rec { b = { c = 3; }; }; a.b = ({ c = 4; }); a.x.c = 5; b.c = 6; a = f { b.c = 7; }; }`;
  const [set] = literalSets(nixDocument(text).root).sets;
  assert.ok(set);
  assert.deepEqual(
    attributesAt(set, ["a", "b", "c"]).map(({ value }) => value.text),
    ["1", "2", "3", "4"],
  );
  assert.deepEqual(attributesAt(set, ["a", "b", "c", "d"]), []);
});

function parentsOf(node: Node): Node[] {
  const parents: Node[] = [];
  for (let { parent } = node; parent !== null; { parent } = parent) parents.push(parent);
  return parents;
}

/** Every Nix text of the fixtures, and some with errors. */
const written = fs
  .readdirSync(fixturesDir, { recursive: true, encoding: "utf8" })
  .filter(file => file.endsWith(".nix"))
  .map(file => fs.readFileSync(path.join(fixturesDir, file), "utf8"));
const broken = ["{ a = { b.", "{ a = [ ( { x = ; } ]; }", '{ a = "${ { b = 1; }; }', "}", "", "{ a = 1 2 3", "( ( ("];

test("the ancestors of a node are those that following the parents returns, nearest first", () => {
  assert.ok(written.length > 3);
  for (const text of [...written, ...broken]) {
    const document = nixDocument(text);
    const waiting = [document.root];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      waiting.push(...node.children);
      assert.deepEqual(
        ancestorsOf(node).map(({ id, type, startIndex }) => [id, type, startIndex]),
        parentsOf(node).map(({ id, type, startIndex }) => [id, type, startIndex]),
      );
    }
    document.dispose();
  }
});

test("ancestors are found at any depth of real code, and not searched below", () => {
  for (const [depth, isFound] of [
    [1, true],
    [100, true],
    [900, true],
    [10_000, false],
  ] as const) {
    const document = nixDocument(`{ a = ${"(".repeat(depth)}x${")".repeat(depth)}; }`);
    const [, name] = document.root.descendantsOfType("identifier");
    assert.equal(name?.text, "x");
    const around = ancestorsOf(name).map(({ type }) => type);
    assert.deepEqual(around.slice(0, 2), isFound ? ["variable_expression", "parenthesized_expression"] : []);
    assert.equal(around.filter(type => type === "parenthesized_expression").length, isFound ? depth : 0);
    assert.equal(around.at(-1), isFound ? "source_code" : undefined);
    document.dispose();
  }
});

test("a variable that is used many times deep in a text is looked up quickly", () => {
  const document = nixDocument("(".repeat(3000) + "u // ".repeat(100));
  const started = cpuTime();
  literalSets(document.root);
  assert.ok(cpuTime() - started < 3000);
  document.dispose();
});
