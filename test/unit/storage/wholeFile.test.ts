import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, beforeEach, test } from "node:test";
import { inspectWhole, readWhole, writeWhole } from "../../../server/src/storage/wholeFile.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const temp = tempFolder("whole");
after(() => removeTree(temp));

let folder = "";
let file = "";
let tests = 0;

beforeEach(() => {
  folder = path.join(temp, String(tests++));
  file = path.join(folder, "file.json");
  fs.mkdirSync(folder);
});

const isNumber = (value: unknown): value is number => typeof value === "number";

/** What stands where a file should -> what reading it gives, and what puts it there. */
const found: Record<string, [kind: string, make: () => void]> = {
  nothing: ["absent", () => undefined],
  "a number": ["value", () => fs.writeFileSync(file, "1\n")],
  "another value": ["malformed", () => fs.writeFileSync(file, `"1"`)],
  "half a value": ["malformed", () => fs.writeFileSync(file, `{"a":`)],
  "an empty file": ["malformed", () => fs.writeFileSync(file, "")],
  "a directory": ["unreadable", () => fs.mkdirSync(file)],
  "a directory with files": [
    "unreadable",
    () => {
      fs.mkdirSync(file);
      fs.writeFileSync(path.join(file, "x"), "");
    },
  ],
  "a FIFO": ["unreadable", () => execFileSync("mkfifo", [file])],
  "a link to an endless device": ["unreadable", () => fs.symlinkSync("/dev/zero", file)],
  "a link to itself": ["unreadable", () => fs.symlinkSync(file, file)],
  "a file that is too large": [
    "unreadable",
    () => {
      fs.writeFileSync(file, "1");
      fs.truncateSync(file, 2 ** 40);
    },
  ],
};

for (const [name, [kind, make]] of Object.entries(found))
  test(`${name} is ${kind} at once, and can be replaced`, { timeout: 10_000 }, async () => {
    make();
    const what = await inspectWhole(folder, "file.json", isNumber);
    assert.equal(what.kind, kind);
    if (what.kind === "unreadable") assert.notEqual(what.why, "");
    assert.equal(await readWhole(folder, "file.json", isNumber), kind === "value" ? 1 : undefined);
    await writeWhole(file, 2);
    assert.equal(await readWhole(folder, "file.json", isNumber), 2);
    assert.deepEqual(
      fs.readdirSync(folder).filter(each => each.endsWith(".tmp")),
      [],
    );
  });

test("writers of one file do not write into each other's copy", async () => {
  await Promise.all(Array.from({ length: 50 }, (_, index) => writeWhole(file, index)));
  assert.ok(isNumber(await readWhole(folder, "file.json", isNumber)));
  assert.deepEqual(fs.readdirSync(folder), ["file.json"]);
});

test("what cannot be written leaves no copy behind", async () => {
  await assert.rejects(writeWhole(file, 1n));
  assert.deepEqual(fs.readdirSync(folder), []);
});
