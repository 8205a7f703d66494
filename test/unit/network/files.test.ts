import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultNetworkFiles, networkFileMatcher } from "../../../server/src/network/files.ts";

/** path -> whether it is a network file when nothing is set. */
const paths: Record<string, boolean> = {
  "network.nix": true,
  "a/b/network.nix": true,
  "a/deploy.nix": true,
  "a/deployment.nix": true,
  ".hidden/network.nix": true,
  "odd names/network.nix": true,
  "network.nix.bak": false,
  "my-network.nix": false,
  "default.nix": false,
};

for (const [path, is] of Object.entries(paths))
  test(`${path} is ${is ? "a" : "no"} network file`, () =>
    assert.equal(networkFileMatcher(defaultNetworkFiles)(path), is));

test("a glob that is not valid matches nothing, and the others count", () => {
  const matches = networkFileMatcher(["", "hosts/*.nix"]);
  assert.ok(matches("hosts/a.nix"));
  assert.ok(!matches("hosts/a/b.nix"));
  assert.ok(!networkFileMatcher([])("network.nix"));
});
