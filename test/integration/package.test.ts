import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { packInto } from "../../scripts/package.mjs";
import { projectDir } from "../support/fixtures.ts";
import { mustRun } from "../support/run.ts";
import { removeTree, tempFolder } from "../support/temp.ts";

// The VSIX, packed from what `npm test` has built.

const folder = tempFolder("package");
after(() => removeTree(folder));

const [first, second] = [path.join(folder, "1.vsix"), path.join(folder, "2.vsix")];

test("the same files give the same bytes, whenever they are packed", async () => {
  await packInto(first);
  // Times of files do not count.
  const now = new Date();
  fs.utimesSync(path.join(projectDir, "README.md"), now, now);
  await packInto(second);
  assert.ok(fs.readFileSync(first).equals(fs.readFileSync(second)));
});

test("the VSIX has the licences of the packages in it, and nothing but what runs or is read", async () => {
  const vsce = path.join(projectDir, "node_modules/.bin/vsce");
  const output = await mustRun(vsce, ["ls", "--no-dependencies"], { env: process.env, cwd: projectDir });
  const files = output.trim().split("\n");
  assert.ok(files.includes("dist/ThirdPartyNotices.txt"));
  const unexpected = files.filter(file => !/^(?:dist|media|syntaxes)\/|^[^/]+\.(?:json|md)$|^LICENSE$/.test(file));
  assert.deepEqual(unexpected, []);
});
