import assert from "node:assert/strict";
import { test } from "node:test";
import { hashOfStorePath, nameOfStorePath, packageName, storePathName } from "../../../server/src/common/storePath.ts";

const hash = "b1d5z4snx90vmdryf69by3fcfkc0czgy";

/** store path -> its name. */
const names: Record<string, string> = {
  [`/nix/store/${hash}-linux-6.1.38.drv`]: "linux-6.1.38",
  [`/nix/store/${hash}-linux-6.1.38`]: "linux-6.1.38",
  [`/another/store/${hash}-etc`]: "etc",
  [`${hash}-etc.drv`]: "etc",
  [`/nix/store/${hash}-healthcheck-commands.txt.drv`]: "healthcheck-commands.txt",
  "/nix/store/no-hash.drv": "no-hash",
  "": "",
};

for (const [path, name] of Object.entries(names))
  test(`the name of '${path}' is '${name}'`, () => assert.equal(nameOfStorePath(path), name));

/** store path -> its name in a list of paths. */
const shown: Record<string, string> = {
  [`/nix/store/${hash}-hello-2.12`]: "hello-2.12",
  [`/nix/store/${hash}-hello-2.12.drv`]: "hello-2.12.drv",
  "/somewhere/else": "/somewhere/else",
  "": "",
};

for (const [path, name] of Object.entries(shown))
  test(`'${path}' is shown as '${name}'`, () => assert.equal(storePathName(path), name));

test("a package has no version", () => {
  assert.equal(packageName(`/nix/store/${hash}-linux-6.1.38.drv`), "linux");
  assert.equal(packageName(`/nix/store/${hash}-nixos-system-eiffel-24.05`), "nixos-system-eiffel");
});

test("the hash of a path is what stands before its name", () => {
  assert.equal(hashOfStorePath(`/nix/store/${hash}-linux-6.1.38.drv`), hash);
  assert.equal(hashOfStorePath(`${hash}-linux`), hash);
});
