import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { projectDir } from "../support/fixtures.ts";

// The documents refer to files and tests that exist.

const documents = ["", "docs"]
  .flatMap(folder => fs.readdirSync(path.join(projectDir, folder)).map(name => path.posix.join(folder, name)))
  .filter(file => file.endsWith(".md"));

const read = (file: string) => fs.readFileSync(path.join(projectDir, file), "utf8");

test("every link to a file leads to one", () => {
  const links = documents.flatMap(file =>
    Array.from(read(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g), ([, to = ""]) => ({ file, to })),
  );
  assert.ok(links.length > 20);
  const broken = links.filter(({ file, to }) => !fs.existsSync(path.join(projectDir, path.dirname(file), to)));
  assert.deepEqual(broken, []);
});

test("every promise about security and privacy is that of a test", () => {
  const promises = ["SECURITY.md", "PRIVACY.md"].flatMap(file =>
    Array.from(read(file).matchAll(/`(test\/[\w/]+\.test\.ts)`: (.+?) +\|$/gm), ([, test = "", name = ""]) => ({
      test,
      name,
    })),
  );
  assert.ok(promises.length > 20);
  const missing = promises.filter(({ test, name }) => !read(test).includes(`("${name}"`));
  assert.deepEqual(missing, []);
});
