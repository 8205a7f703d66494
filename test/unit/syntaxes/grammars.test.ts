import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import { projectDir } from "../../support/fixtures.ts";
import { run } from "../../support/run.ts";

// The TextMate grammars of the manifest, with the engine of VS Code. In the files beside this one the carets below a line point
// to what must have which scopes.

const program = path.join(projectDir, "node_modules/vscode-tmgrammar-test/dist/unit.js");
const check = (file: string) => run(process.execPath, [program, file], { env: process.env, cwd: projectDir });

const files = readdirSync(import.meta.dirname).filter(name => name.endsWith(".txt"));

for (const name of files)
  test(`every token of ${name} has its scopes`, async () => {
    const { code, stdout, stderr } = await check(path.join(import.meta.dirname, name));
    assert.equal(code, 0, stdout + stderr);
  });

test("a wrong scope is found, in every grammar", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "morph-grammar-"));
  try {
    for (const name of files) {
      const text = readFileSync(path.join(import.meta.dirname, name), "utf8");
      const file = path.join(folder, name);
      // What must be a string or a variable must be a comment now.
      writeFileSync(file, text.replace(/\^ (?:string|variable)\.\S+/, "^ comment.wrong"));
      assert.notEqual((await check(file)).code, 0, name);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
