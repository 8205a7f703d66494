import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, test } from "node:test";
import { Releases } from "../../../../server/src/builds/hosts/ssh/releases.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";

const temp = tempFolder("releases");
after(() => removeTree(temp));

test("what is to be removed on a builder is noted until it was removed, also if its key changes", async () => {
  const releases = new Releases(temp);
  assert.deepEqual(await releases.of("ssh-ng://pi"), []);
  await releases.add("0a-1", "ssh-ng://pi?ssh-key=%2Fold");
  await releases.add("0a-2", "ssh-ng://other");
  assert.deepEqual(await new Releases(temp).of("ssh-ng://pi?ssh-key=%2Fnew"), ["0a-1"]);
  await releases.done("0a-1");
  await releases.done("0a-1");
  assert.deepEqual(await releases.of("ssh-ng://pi"), []);
});

test("files that are damaged or have other names are left out", async () => {
  const folder = path.join(temp, "damaged/releases");
  mkdirSync(path.join(folder, "0a-9.json"), { recursive: true });
  writeFileSync(path.join(folder, "0a-1.json"), "{");
  writeFileSync(path.join(folder, "0a-2.json"), '{"store":7}');
  writeFileSync(path.join(folder, "passwd.json"), '{"store":"ssh-ng://pi"}');
  assert.deepEqual(await new Releases(path.join(temp, "damaged")).of("ssh-ng://pi"), []);
});
