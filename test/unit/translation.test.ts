import assert from "node:assert/strict";
import { test } from "node:test";
import { exportTexts, sources } from "../../scripts/l10n.mjs";
import { pseudo, untranslated } from "../support/pseudo.ts";

// What is shown can be translated: VS Code's exporter finds every text.

const files = sources();
const call = /(?<![\w$])l10n\s*\.t\(/g;
/** A call with a literal text. */
const literal = /(?<![\w$])l10n\s*\.t\(\s*("(?:[^"\\]|\\.)*"|`(?:[^`\\$]|\\.|\$(?!\{))*`)/g;

/** Comments speak of calls, too. */
const code = new Map([...files].map(([file, text]) => [file, text.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, "")] as const));

const calls = [...code].flatMap(([file, text]) => [...text.matchAll(call)].map(({ index }) => `${file}: ${index}`));
const found = [...code.values()].flatMap(text => [...text.matchAll(literal)].map(([, quoted = ""]) => quoted));

test("each text stands where it is translated, and the exporter finds all of them", async () => {
  assert.ok(calls.length > 500);
  assert.equal(found.length, calls.length, "a call's text is put together or chosen in the call");
  const texts = Object.keys(await exportTexts(files));
  assert.deepEqual(texts.toSorted(), [...new Set(found.map(textOf))].toSorted());
});

test("a translator is called l10n.t, which is what the exporter looks for", () => {
  const others = [...code].filter(([, text]) => /import \{[^}]*\bt\b[^}]*\} from "(?:@vscode\/l10n)"/.test(text));
  assert.deepEqual(
    others.map(([file]) => file),
    [],
  );
});

test("what is filled into a text is numbered from 0, without a gap", () => {
  for (const text of found.map(textOf)) {
    const numbers = new Set([...text.matchAll(/\{(\d+)\}/g)].map(([, number]) => Number(number)));
    assert.deepEqual([...numbers].toSorted(), [...numbers].map((_, index) => index).toSorted(), text);
  }
});

test("the language of the tests marks what is translated, makes it longer and keeps what is filled in", () => {
  assert.equal(pseudo("Build {0}"), "[!! Build {0}~~ !!]");
  assert.equal(untranslated(`a ${pseudo("x {0}").replace("{0}", pseudo("y"))} b`), "a  b");
});

/** What a quoted text of TypeScript says. */
function textOf(quoted: string): string {
  return JSON.parse(quoted.startsWith("`") ? JSON.stringify(quoted.slice(1, -1)) : quoted);
}
