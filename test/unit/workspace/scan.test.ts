import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, beforeEach, test } from "node:test";
import { networkFileGlobs } from "../../../server/src/workspace/networkGlobs.ts";
import { scanFolder } from "../../../server/src/workspace/scan.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const temp = tempFolder("scan");
after(() => removeTree(temp));

let folder = "";
let tests = 0;

beforeEach(() => {
  folder = path.join(temp, `folder${tests++}`);
  fs.mkdirSync(folder);
});

const globs = networkFileGlobs(["**/network.nix"]);

function write(...files: string[]): void {
  for (const file of files) {
    fs.mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    fs.writeFileSync(path.join(folder, file), "{ }");
  }
}

/** The files that are found, relative to the folder. */
async function found(limit?: number) {
  const { files, cut } = await scanFolder(folder, globs, limit);
  return { files: files.map(file => path.relative(folder, file)), cut };
}

test("network files are found in any folder, by path, and nothing else is", async () => {
  write("network.nix", "b/network.nix", "a/deep/er/network.nix", ".hidden/network.nix", "a/default.nix");
  assert.deepEqual(await found(), {
    files: [".hidden/network.nix", "a/deep/er/network.nix", "b/network.nix", "network.nix"],
    cut: false,
  });
});

test("folders without networks of the user are skipped", async () => {
  write(
    ".git/network.nix",
    "node_modules/x/network.nix",
    "result/network.nix",
    "result-2/network.nix",
    "a/.git/network.nix",
  );
  write("git/network.nix");
  assert.deepEqual((await found()).files, ["git/network.nix"]);
});

test("symbolic links are not followed, not even in a cycle", async () => {
  write("a/network.nix");
  fs.symlinkSync(path.join(folder, "a"), path.join(folder, "link"));
  fs.symlinkSync(folder, path.join(folder, "a/circle"));
  fs.mkdirSync(path.join(folder, "b"));
  fs.symlinkSync(path.join(folder, "a/network.nix"), path.join(folder, "b/network.nix"));
  assert.deepEqual((await found()).files, ["a/network.nix"]);
});

test("a workspace folder that is a link itself is scanned", async () => {
  write("network.nix");
  const link = `${folder}.link`;
  fs.symlinkSync(folder, link);
  assert.deepEqual((await scanFolder(link, globs)).files, [path.join(link, "network.nix")]);
});

test("a folder with the name of a network file is not one", async () => {
  write("network.nix/network.nix");
  assert.deepEqual((await found()).files, ["network.nix/network.nix"]);
});

test("files beyond the limit are left out, exactly as many are not", async () => {
  write("a/network.nix", "b/network.nix", "c/network.nix");
  assert.equal((await found(3)).cut, false);
  const { files, cut } = await found(2);
  assert.deepEqual([files.length, cut], [2, true]);
});

test("a flake is found in the folder itself, not below it", async () => {
  write("a/flake.nix");
  assert.equal((await scanFolder(folder, globs)).hasFlake, false);
  write("flake.nix");
  assert.equal((await scanFolder(folder, globs)).hasFlake, true);
});

test("a missing folder has no networks", async () => {
  assert.deepEqual(await scanFolder(path.join(folder, "missing"), globs), {
    files: [],
    cut: false,
    hasFlake: false,
  });
});
