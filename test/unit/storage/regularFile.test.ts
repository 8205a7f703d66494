import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { readBounded } from "../../../server/src/storage/regularFile.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const folder = tempFolder("bounded");
after(() => removeTree(folder));

function fileOf(name: string, bytes: number): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, Buffer.alloc(bytes, "é"));
  return file;
}

for (const bytes of [0, 1, 1000, 65_536, 65_537, 300_000])
  test(`a file of ${bytes} bytes is read up to its size as limit, and not with a lower one`, async () => {
    const file = fileOf(`${bytes}`, bytes);
    const text = fs.readFileSync(file);
    assert.deepEqual(await readBounded(file, bytes), text);
    assert.deepEqual(await readBounded(file, bytes + 1), text);
    if (bytes > 0) assert.equal(await readBounded(file, bytes - 1), undefined);
  });

test("a file with a reported size of zero is read to its end", async () => {
  const text = await readBounded("/proc/self/status", 100_000);
  assert.ok(text?.toString().includes("Threads:"));
  assert.equal(await readBounded("/proc/self/status", 100), undefined);
});

/** What cannot be read as a file -> its path. */
const none: Readonly<Record<string, () => string>> = {
  nothing: () => path.join(folder, "gone"),
  "a folder": () => folder,
  "a device": () => "/dev/zero",
  "an endless file": () => "/proc/self/pagemap",
  "the log of the kernel, which waits for more": () => "/proc/kmsg",
  "a FIFO without a writer": () => {
    const file = path.join(folder, "fifo");
    execFileSync("mkfifo", [file]);
    return file;
  },
  "a sparse file of 10 TB": () => {
    const file = fileOf("sparse", 1);
    fs.truncateSync(file, 10_000_000_000_000);
    return file;
  },
};

for (const [name, pathOf] of Object.entries(none))
  test(`${name} is not read, without waiting`, { timeout: 60_000 }, async () => {
    assert.equal(await readBounded(pathOf(), 1_000_000), undefined);
  });
