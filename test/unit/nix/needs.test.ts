import assert from "node:assert/strict";
import { test } from "node:test";
import { needsOf } from "../../../server/src/nix/derivations/needs.ts";

const derivation = (system: string, ...requiredFeatures: string[]) => ({
  drvPath: `/nix/store/${system}.drv`,
  system,
  requiredFeatures,
  dependencies: [],
});

test("what a plan needs of builders is told once, in whatever order features stand", () => {
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

test("what Nix builds by itself, and what could not be read, needs no builder", () => {
  assert.deepEqual(needsOf([derivation("builtin"), derivation("")]), []);
});
