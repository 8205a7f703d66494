import assert from "node:assert/strict";
import { test } from "node:test";
import { differentInputs, type OurInputs, type TheirInputs } from "../../../server/src/hydra/compare/reasons.ts";

const drv = (label: string) => `/nix/store/${"0".repeat(32)}-nixos-system-eiffel-${label}.drv`;
const [one, two] = ["abcdef0".padEnd(40, "1"), "fedcba0".padEnd(40, "2")];

const ours: OurInputs = {
  drvPath: drv("26.05pre-git"),
  nixpkgs: { revision: one },
  head: two,
  changed: [],
  evaluator: "/morph/eval-machines.nix",
};
const theirs: TheirInputs = {
  drvPath: drv("26.05pre-git"),
  inputs: { nixpkgs: { revision: one }, network: { revision: two }, text: { value: "x" } },
  networkInput: "network",
};
const changedFiles = ["a", "b", "c", "d", "e", "f"];
const morph = { ...theirs.inputs, morph: { revision: one } };
const suffix = (versionSuffix: string) => ({ drvPath: drv(`26.05${versionSuffix}`), nixpkgs: { versionSuffix } });

const cases: Readonly<Record<string, readonly [Partial<OurInputs>, Partial<TheirInputs>, readonly object[]]>> = {
  "nothing that is known": [{}, {}, []],
  "another revision of nixpkgs": [{ nixpkgs: { revision: two } }, {}, [{ kind: "nixpkgs", theirs: one, ours: two }]],
  "another revision of the network": [{ head: one }, {}, [{ kind: "network", theirs: two, ours: one }]],
  "files that are not committed": [{ changed: changedFiles }, {}, [{ kind: "dirty", ours: "a, b, c, d, e, …" }]],
  "a channel of the same revision": [
    suffix(".20260823.abcdef0"),
    {},
    [{ kind: "version label", ours: "26.05.20260823.abcdef0", theirs: "26.05pre-git" }],
  ],
  "a channel of another revision": [
    suffix(".20260823.fedcba0"),
    {},
    [{ kind: "nixpkgs", theirs: one, ours: "fedcba0" }],
  ],
  "a nixpkgs that the network pins, whatever the input is": [
    suffix(".20260823.fedcba0"),
    { drvPath: drv("26.05.20260823.fedcba0") },
    [],
  ],
  "a nixpkgs without a revision": [{ nixpkgs: {} }, {}, []],
  "a network outside of git": [{ head: undefined }, {}, []],
  "the evaluator, if nothing else is known": [
    {},
    { inputs: morph },
    [{ kind: "evaluator", theirs: `morph ${one}`, ours: "/morph/eval-machines.nix" }],
  ],
  "an input that explains it rather than the evaluator": [
    { head: one },
    { inputs: morph },
    [{ kind: "network", theirs: two, ours: one }],
  ],
};

for (const [name, [our, their, expected]] of Object.entries(cases))
  test(`why derivations differ: ${name}`, () => {
    assert.deepEqual(differentInputs({ ...ours, ...our }, { ...theirs, ...their }), expected);
  });
