import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isSigningAddress,
  isStoreAddress,
  proposedStore,
  shownStore,
  signsCopies,
} from "../../../server/src/common/entered/stores.ts";

/** Address -> whether Nix can copy there, sign there, and sign what it copies. */
const addresses: Record<string, [copies: boolean, signs: boolean, signsCopies: boolean]> = {
  "file:///srv/cache": [true, true, true],
  "file:///srv/cache?compression=zstd": [true, true, true],
  "s3://bucket?region=eu-central-1": [true, true, true],
  "ssh-ng://root@pi": [true, true, false],
  "ssh-ng://pi:2222": [true, true, false],
  "ssh://pi": [true, false, false],
  "https://cache.home/upload": [true, false, true],
  "ssh-ng://-oProxyCommand=reboot": [false, false, false],
  "ssh-ng://x@-oProxyCommand=reboot": [false, false, false],
  "file://srv": [false, false, true],
  "--to": [false, false, false],
  "": [false, false, false],
  local: [false, false, false],
  "ssh-ng://pi && reboot": [false, false, false],
  "ssh-ng://": [false, false, false],
};

for (const [address, expected] of Object.entries(addresses))
  test(`the address of a store: ${address}`, () =>
    assert.deepEqual([isStoreAddress(address), isSigningAddress(address), signsCopies(address)], expected));

test("where to push is proposed: the cache itself if Nix can write there, or else the store of its host", () => {
  const proposals = [
    "file:///srv",
    "s3://bucket",
    "ssh://pi",
    "https://cache.home:8080/x",
    "http://u:p@pi/",
    "",
    undefined,
  ];
  assert.deepEqual(proposals.map(proposedStore), [
    "file:///srv",
    "s3://bucket",
    "ssh-ng://pi",
    "ssh-ng://root@cache.home",
    "ssh-ng://root@pi",
    "",
    "",
  ]);
});

test("a login is not shown", () => {
  assert.equal(shownStore("https://user:s3cret@cache.home/x"), "https://cache.home/x");
  assert.equal(shownStore("file:///srv/a@b"), "file:///srv/a@b");
});
