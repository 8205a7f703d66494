import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultNetworkFiles, networkFileGlobs } from "../../../server/src/workspace/networkGlobs.ts";

/** path -> whether it is a network file by default. */
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
    assert.equal(networkFileGlobs(defaultNetworkFiles).matches(path), is));

test("an invalid glob matches nothing and is reported, and the others are used", () => {
  const globs = networkFileGlobs(["", "{a", "hosts/*.nix"]);
  assert.deepEqual(globs.ignored, ["", "{a"]);
  assert.ok(globs.matches("hosts/a.nix"));
  assert.ok(!globs.matches("hosts/a/b.nix"));
  assert.ok(!networkFileGlobs([]).matches("network.nix"));
});

test("if globs are too long in total, only the first ones are used", () => {
  const many = Array.from({ length: 500 }, (_, index) => `hosts/${String(index).padStart(4, "0")}`);
  const globs = networkFileGlobs(many);
  assert.deepEqual(globs.ignored, many.slice(400));
  assert.ok(globs.matches("hosts/0399") && !globs.matches("hosts/0400"));
  assert.equal(networkFileGlobs(["*".repeat(100_000)]).ignored.length, 1);
});

/** glob -> the path that it names, if it names a single one. */
const named: Record<string, string | undefined> = {
  "network.nix": "network.nix",
  "odd [*] names/[[]a]/[{]b}.nix": "odd * names/[a]/{b}.nix",
  "**/network.nix": undefined,
  "network.ni?": undefined,
  "{network.nix}": undefined,
  "network.ni[x]": undefined,
};

for (const [glob, path] of Object.entries(named))
  test(`${glob} names ${path ?? "no single file"}`, () => {
    const globs = networkFileGlobs([glob]);
    assert.equal(globs.names(path ?? "network.nix"), path !== undefined);
    assert.ok(globs.matches(path ?? "network.nix"));
  });
