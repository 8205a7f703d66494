import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { folderEntries } from "../../../server/src/workspace/folderEntries.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

test("a folder has its Nix files, its folders, and those that are modules", async () => {
  const folder = tempFolder("entries");
  try {
    for (const name of ["db", "lib", ".git", "node_modules", "result-1"]) fs.mkdirSync(path.join(folder, name));
    for (const name of ["web.nix", "notes.txt", "db/default.nix", ".hidden.nix"])
      fs.writeFileSync(path.join(folder, name), "{ }");
    fs.symlinkSync("web.nix", path.join(folder, "link.nix"));
    fs.symlinkSync("db", path.join(folder, "linked"));
    fs.symlinkSync("nowhere", path.join(folder, "broken.nix"));
    const entries = await folderEntries(folder);
    assert.deepEqual(entries.map(({ name, kind }) => `${name} ${kind}`).toSorted(), [
      ".hidden.nix file",
      "db module",
      "lib folder",
      "link.nix file",
      "linked module",
      "web.nix file",
    ]);
  } finally {
    await removeTree(folder);
  }
});

test("a folder that does not exist, and a file, have no entries", async () => {
  assert.deepEqual(await folderEntries("/nowhere/at/all"), []);
  assert.deepEqual(await folderEntries(process.execPath), []);
});

test("a folder is read up to a limit", async () => {
  const folder = tempFolder("entries");
  try {
    for (let index = 0; index < 2100; index++) fs.writeFileSync(path.join(folder, `${index}.nix`), "");
    assert.equal((await folderEntries(folder)).length, 2000);
  } finally {
    await removeTree(folder);
  }
});
