import assert from "node:assert/strict";
import { test } from "node:test";
import { semanticTokens } from "../../../server/src/features/semanticTokens.ts";
import { readNetwork } from "../../../server/src/network/network.ts";
import { nixDocument } from "../../support/nixDocument.ts";

/** The tokens in a network. */
function marked(text: string): string[] {
  const lines = text.split("\n");
  const found: string[] = [];
  let [line, character] = [0, 0];
  const { data } = semanticTokens(readNetwork(nixDocument(text)));
  for (let at = 0; at < data.length; at += 5) {
    const [down = 0, right = 0, length = 0, type, modifiers] = data.slice(at, at + 5);
    [line, character] = [line + down, down === 0 ? character + right : right];
    assert.deepEqual([type, modifiers], [0, 1]);
    found.push((lines[line] ?? "").slice(character, character + length));
  }
  return found;
}

const cases: Record<string, [text: string, names: string[]]> = {
  "names bare and quoted, nothing else": [
    '{ network.description = "x"; defaults = { };\n  "web.example.org" = { }; db = { }; }',
    ['"web.example.org"', "db"],
  ],
  "two on one line, and names that a function takes": [
    "{ a = { }; b = { }; } // builtins.mapAttrs (n: v: v) {\n  pi = { }; }",
    ["a", "b", "pi"],
  ],
  "a position that many machines share is marked once": [
    `{ m = { }; } // builtins.listToAttrs (builtins.genList (i: { name = "s\${toString i}"; value = { }; }) 3)`,
    ["m", `"s\${toString i}"`],
  ],
  "no machine": ['{ network.description = "x"; }', []],
};

for (const [name, [text, names]] of Object.entries(cases))
  test(`marked: ${name}`, () => assert.deepEqual(marked(text), names));
