import assert from "node:assert/strict";
import { test } from "node:test";
import { needsOf } from "../../../server/src/nix/derivations/needs.ts";

const derivation = (system: string, ...requiredFeatures: string[]) => ({
  drvPath: `/nix/store/${system}.drv`,
  system,
  requiredFeatures,
  dependencies: [],
});

test("a plan's requirements are listed once, regardless of the order of features", () => {
  const graph = [
    derivation("x86_64-linux"),
    derivation("x86_64-linux", "kvm", "benchmark"),
    derivation("x86_64-linux"),
    derivation("x86_64-linux", "benchmark", "kvm"),
    derivation("aarch64-linux", "kvm"),
  ];
  assert.deepEqual(
    needsOf(graph).map(({ system, features }) => [system, features.toSorted()]),
    [
      ["x86_64-linux", []],
      ["x86_64-linux", ["benchmark", "kvm"]],
      ["aarch64-linux", ["kvm"]],
    ],
  );
});

test("what Nix builds itself, and what could not be read, needs no builder", () => {
  assert.deepEqual(needsOf([derivation("builtin"), derivation("")]), []);
});
