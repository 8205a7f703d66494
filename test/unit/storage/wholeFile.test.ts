import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, beforeEach, test } from "node:test";
import * as v from "valibot";
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

/** What is in place of a file -> the result of reading it, and how to create it. */
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
  test(`${name} is ${kind} without waiting, and can be replaced`, { timeout: 60_000 }, async () => {
    make();
    const what = await inspectWhole(folder, "file.json", v.number());
    assert.equal(what.kind, kind);
    if (what.kind === "unreadable") assert.notEqual(what.why, "");
    assert.equal(await readWhole(folder, "file.json", v.number()), kind === "value" ? 1 : undefined);
    await writeWhole(file, 2);
    assert.equal(await readWhole(folder, "file.json", v.number()), 2);
    assert.deepEqual(
      fs.readdirSync(folder).filter(each => each.endsWith(".tmp")),
      [],
    );
  });

test("writers of one file do not write into each other's copy", async () => {
  await Promise.all(Array.from({ length: 50 }, (_, index) => writeWhole(file, index)));
  assert.equal(typeof (await readWhole(folder, "file.json", v.number())), "number");
  assert.deepEqual(fs.readdirSync(folder), ["file.json"]);
});

test("a failed write leaves no copy behind", async () => {
  await assert.rejects(writeWhole(file, 1n));
  assert.deepEqual(fs.readdirSync(folder), []);
});

const machines = v.object({ machines: v.array(v.string()) });

test("each file has a format version, and a file without one has the first", async () => {
  await writeWhole(file, { machines: ["a"] });
  assert.deepEqual(JSON.parse(fs.readFileSync(file, "utf8")), { version: 2, machines: ["a"] });
  assert.deepEqual(await readWhole(folder, "file.json", machines), { machines: ["a"] });
  fs.writeFileSync(file, '{ "machines": ["a"] }');
  assert.deepEqual(await readWhole(folder, "file.json", machines), { machines: ["a"] });
  await writeWhole(file, ["a", "b"]);
  assert.deepEqual(JSON.parse(fs.readFileSync(file, "utf8")), { version: 2, list: ["a", "b"] });
  assert.deepEqual(await readWhole(folder, "file.json", v.array(v.string())), ["a", "b"]);
  fs.writeFileSync(file, '["a"]');
  assert.deepEqual(await readWhole(folder, "file.json", v.array(v.string())), ["a"]);
});

test("a file of an unknown format version is malformed", async () => {
  for (const version of [3, 0, "1", null, {}]) {
    fs.writeFileSync(file, JSON.stringify({ version, machines: ["a"] }));
    const found = await inspectWhole(folder, "file.json", machines);
    assert.equal(found.kind, "malformed");
    assert.match(
      found.kind === "malformed" ? found.why : "",
      /^unknown format version .*; versions up to 2 are supported$/,
    );
  }
});

test("the problem of a file names the field", async () => {
  fs.writeFileSync(file, '{ "machines": ["a", 5] }');
  const found = await inspectWhole(folder, "file.json", machines);
  assert.match(found.kind === "malformed" ? found.why : "", /^machines\.1: /);
});
