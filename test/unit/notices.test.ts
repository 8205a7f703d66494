import assert from "node:assert/strict";
import { test } from "node:test";
import type { Metafile } from "esbuild";
import { notices, packageFolder } from "../../scripts/notices.mjs";

/** What esbuild says about a bundle of these files. */
function metafile(...files: readonly string[]): Metafile {
  const inputs = Object.fromEntries(files.map(file => [file, { bytesInOutput: 1 }]));
  return { inputs: {}, outputs: { "dist/x.js": { bytes: 1, inputs, imports: [], exports: [] } } };
}

test("a file belongs to the innermost package", () => {
  assert.equal(packageFolder("node_modules/execa/index.js"), "node_modules/execa");
  assert.equal(packageFolder("node_modules/a/node_modules/@b/c/d.js"), "node_modules/a/node_modules/@b/c");
  assert.equal(packageFolder("client/src/extension.ts"), undefined);
});

test("each package is named once, with its version and the text of its licence", () => {
  const text = notices([
    metafile("server/src/main.ts", "node_modules/valibot/dist/index.mjs", "node_modules/execa/index.js"),
    metafile("node_modules/execa/lib/a.js", "node_modules/@vscode/l10n/dist/main.js"),
  ]);
  const names = Array.from(text.matchAll(/^(\S+) \d[\d.]* \([\w-]+\)$/gm), ([, name]) => name);
  assert.deepEqual(names, ["@vscode/l10n", "execa", "tree-sitter-nix", "valibot"]);
  assert.match(text, /Copyright \(c\) Sindre Sorhus/);
  assert.match(text, /By Microsoft Corporation\. The package has no file with the licence\./);
});
