import assert from "node:assert/strict";
import { test } from "node:test";
import { isAtLeast, nixVersion } from "../../../server/src/nix/version.ts";
import { exited, fakeNix } from "../../support/fakeNix.ts";

/** What `nix-instantiate --version` prints -> the version. */
const versions: Record<string, string> = {
  "nix-instantiate (Nix) 2.3.16": "2.3.16",
  "nix-instantiate (Nix) 2.8.0\n": "2.8.0",
  "nix-instantiate (Nix) 2.26.0pre20250108_abcdef": "2.26.0pre20250108_abcdef",
  "nix-instantiate (Lix, like Nix) 2.93.1": "2.93.1",
  "nix-instantiate (Determinate Nix 3.6.8) 2.30.2": "2.30.2",
  "something else": "something else",
};

for (const [said, version] of Object.entries(versions))
  test(`'${said.trim()}' is version ${version}`, async () =>
    assert.equal(await nixVersion(fakeNix(() => exited(0, said))), version));

test("a Nix that is missing or fails has no version", async () => {
  assert.equal(await nixVersion(fakeNix(() => ({ kind: "missing", file: "nix-instantiate" }))), undefined);
  assert.equal(await nixVersion(fakeNix(() => exited(127, "", "not found"))), undefined);
});

/** version -> whether it is at least 2.20. */
const comparisons: Record<string, boolean> = {
  "2.3.16": false,
  "2.19.9": false,
  "2.20": true,
  "2.20.0": true,
  "2.20pre20240228_abcdef": true,
  "2.100.0": true,
  "3.0": true,
  "1.99": false,
  "": false,
  unknown: false,
};

for (const [version, atLeast] of Object.entries(comparisons))
  test(`version '${version}' is ${atLeast ? "at least" : "less than"} 2.20`, () =>
    assert.equal(isAtLeast(version, 2, 20), atLeast));

test("a version is compared by its third part, too", () => {
  assert.deepEqual(
    ["2.28.1", "2.28.2", "2.28", "2.29.0", "3.0.0", "2.27.9"].map(version => isAtLeast(version, 2, 28, 2)),
    [false, true, false, true, true, false],
  );
});
