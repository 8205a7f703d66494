import assert from "node:assert/strict";
import { test } from "node:test";
import { emulation } from "../../../../server/src/builds/checks/emulation.ts";
import type { PlannedDerivation } from "../../../../server/src/nix/derivations/graph.ts";
import type { Builder, Place } from "../../../../server/src/protocol.ts";
import { builder } from "../../../support/builders.ts";
import { drv } from "../../../support/streams.ts";

const arm = "aarch64-linux";
const planned = (name: string, system: string, fields: Partial<PlannedDerivation> = {}): PlannedDerivation => {
  return { drvPath: drv(name), system, requiredFeatures: [], dependencies: [], ...fields };
};
const local = builder("local", { "x86_64-linux": "native", [arm]: "emulated" });
const pi = builder("ssh://pi", { [arm]: "native" });
const anywhere: Place = { kind: "schedule" };

/** plan, builders, place -> the warning. */
const cases: Record<string, [PlannedDerivation[], Builder[], Place, RegExp | undefined]> = {
  "a native plan": [[planned("hello", "x86_64-linux")], [local], anywhere, undefined],
  "an emulated one": [
    [planned("hello", arm), planned("linux", arm, { requiredFeatures: [] })],
    [local],
    anywhere,
    /^This machine emulates aarch64-linux: several times slower; tests may fail\.$/,
  ],
  "one for a native builder": [[planned("hello", arm)], [local, pi], anywhere, undefined],
  "one for a native builder, if this machine is chosen": [
    [planned("hello", arm)],
    [local, pi],
    { kind: "only", builder: "local" },
    /^This machine emulates aarch64-linux/,
  ],
  "one for a native builder that is left out": [
    [planned("hello", arm)],
    [local, pi],
    { kind: "schedule", without: [pi.id] },
    /^This machine emulates aarch64-linux/,
  ],
  "one with a derivation that prefers this machine": [
    [planned("hello", arm), planned("etc", arm, { prefersLocal: true })],
    [local, pi],
    anywhere,
    /^Nix builds what prefers a local build on this machine, which emulates aarch64-linux/,
  ],
  "one that Nix builds itself": [[planned("source", "builtin")], [local], anywhere, undefined],
};

test("the warning names what is emulated, so that it applies until that is built", () => {
  const graph = [planned("hello", "x86_64-linux"), planned("linux", arm), planned("etc", arm, { prefersLocal: true })];
  assert.deepEqual(emulation(graph, [local, pi], anywhere)?.drvPaths, [drv("etc")]);
  assert.deepEqual(emulation(graph, [local], anywhere)?.drvPaths, [drv("linux"), drv("etc")]);
});

for (const [name, [graph, builders, place, expected]] of Object.entries(cases))
  test(`emulation is announced for ${name}: ${expected !== undefined}`, () => {
    const warning = emulation(graph, builders, place);
    if (expected === undefined) return assert.equal(warning, undefined);
    assert.equal(warning?.code, "emulated-build");
    assert.match(warning.message, expected);
  });
