import assert from "node:assert/strict";
import { test } from "node:test";
import { storeName } from "../../../../client/src/text/storeNames.ts";
import { storeName as serversName } from "../../../../server/src/common/storeName.ts";

/** Address -> its name in a row. */
const builders: Readonly<Record<string, string>> = {
  "ssh-ng://attic": "attic",
  "ssh://attic": "attic",
  "ssh-ng://root@pi?ssh-key=/root/key": "pi",
  "ssh-ng://me@home@pi": "pi",
  "ssh://nix@[fe80::1]:22/path": "[fe80::1]:22",
};

for (const [address, name] of Object.entries(builders))
  test(`${address} is called ${name} in rows and in sentences`, () => {
    assert.equal(storeName(address), name);
    assert.equal(serversName(address), name);
  });

test("a cache is called by its address, without parameters", () => {
  assert.equal(storeName("https://cache.example.org?priority=1"), "https://cache.example.org");
  assert.equal(storeName("s3://bucket?region=x\ny"), "s3://bucket");
});
