import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canBuild } from "../../../server/src/builders/capability.ts";
import {
  maxProofs,
  mergeProofs,
  type Proof,
  proofKey,
  withProofs,
} from "../../../server/src/builders/proofs/proofs.ts";
import { errorProblem } from "../../../server/src/outcome.ts";
import type { BuilderSystem, BuildMode } from "../../../server/src/protocol.ts";
import { builder, builderOf, offer } from "../../support/builders.ts";

const pi = "ssh-ng://pi";
const arm = "aarch64-linux";
const at = "2026-11-30T10:00:00.000Z";
const later = "2026-11-30T11:00:00.000Z";
const refusal = errorProblem("builder-refused", "pi does not build aarch64-linux.");

function proof(outcome: Proof["outcome"], fields: Partial<Proof> = {}): Proof {
  return { builder: pi, system: arm, at, by: "check", outcome, ...fields };
}

/** What a builder with one system is after a proof. */
function after(mode: BuildMode, ...proofs: readonly Proof[]): BuilderSystem | undefined {
  return withProofs([builder(pi, { [arm]: mode })], proofs)[0]?.offers[0]?.systems[0];
}

/** Mode before, outcome -> mode after. */
const modes: readonly (readonly [BuildMode, Proof["outcome"], BuildMode])[] = [
  ["unknown", { kind: "built" }, "unknown"],
  ["unknown", { kind: "built", mode: "emulated" }, "emulated"],
  ["unknown", { kind: "built", mode: "native" }, "native"],
  ["unknown", { kind: "refused", problem: refusal }, "impossible"],
  ["native", { kind: "built" }, "native"],
  ["native", { kind: "built", mode: "compatible" }, "compatible"],
  ["emulated", { kind: "built" }, "emulated"],
  ["emulated", { kind: "refused", problem: refusal }, "impossible"],
  ["impossible", { kind: "built" }, "unknown"],
];

for (const [mode, outcome, expected] of modes)
  test(`${mode}, then ${JSON.stringify(outcome).slice(0, 40)}: ${expected}`, () => {
    const system = after(mode, proof(outcome));
    assert.equal(system?.mode, expected);
    assert.equal(system?.known, "proven");
    assert.equal(system?.provenAt, at);
    assert.deepEqual(system?.refusal, outcome.kind === "refused" ? refusal : undefined);
  });

test("the newest proof counts, in whatever order they are", () => {
  const proofs = [proof({ kind: "built" }, { at: later }), proof({ kind: "refused", problem: refusal })];
  for (const each of [proofs, proofs.toReversed()]) assert.equal(after("unknown", ...each)?.provenAt, later);
});

test("a proof is about its own builder and system only", () => {
  for (const other of [{ builder: "ssh-ng://other" }, { system: "armv7l-linux" }, { feature: "kvm" }])
    assert.equal(after("unknown", proof({ kind: "built" }, other))?.known, "claimed");
});

test("the handler of an emulated system stays known, and a missing one does not", () => {
  const emulated = { system: arm, mode: "emulated", known: "settings", emulator: "/qemu" } as const;
  const missing = { ...emulated, mode: "impossible", emulatorMissing: "everywhere" } as const;
  const systems = [emulated, missing].map(
    system =>
      withProofs([builderOf(pi, [offer({}, { systems: [system] })])], [proof({ kind: "built" })])[0]?.offers[0]
        ?.systems[0],
  );
  assert.deepEqual(systems, [
    { ...emulated, known: "proven", provenAt: at },
    { system: arm, mode: "unknown", known: "proven", provenAt: at },
  ]);
});

test("a refused feature is no longer offered, and says why", () => {
  const kvm = proof({ kind: "refused", problem: refusal }, { feature: "kvm" });
  const claims = builder(pi, { [arm]: "unknown" }, { supportedFeatures: ["kvm", "big-parallel"] });
  const [found] = withProofs([claims], [kvm]);
  assert.ok(found !== undefined);
  assert.deepEqual(found.offers[0]?.supportedFeatures, ["big-parallel"]);
  assert.deepEqual(found.offers[0]?.refusedFeatures, [{ feature: "kvm", provenAt: at, refusal }]);
  assert.equal(canBuild(found, { system: arm, features: ["kvm"] }).can, false);
  assert.equal(canBuild(found, { system: arm, features: [] }).can, true);
  const mended = proof({ kind: "built" }, { feature: "kvm", at: later });
  assert.deepEqual(withProofs([claims], [kvm, mended])[0]?.offers[0]?.supportedFeatures, ["kvm", "big-parallel"]);
});

const anyProof: fc.Arbitrary<Proof> = fc.record({
  builder: fc.constantFrom("local", pi),
  system: fc.constantFrom(arm, "x86_64-linux"),
  at: fc.constantFrom(at, later, "2026-12-01T00:00:00.000Z"),
  by: fc.constantFrom("check", "build"),
  outcome: fc.constantFrom<Proof["outcome"]>({ kind: "built" }, { kind: "refused", problem: refusal }),
});

test("merging keeps the newest proof of each thing, and is the same when repeated", () => {
  fc.assert(
    fc.property(fc.array(anyProof), fc.array(anyProof), (a, b) => {
      const merged = mergeProofs(a, b);
      assert.deepEqual(mergeProofs(merged), merged);
      for (const each of [...a, ...b])
        assert.ok(merged.some(other => proofKey(other) === proofKey(each) && other.at >= each.at));
      assert.equal(new Set(merged.map(proofKey)).size, merged.length);
    }),
  );
});

test("the oldest proofs are dropped when there are too many", () => {
  const many = Array.from({ length: maxProofs + 10 }, (_, index) =>
    proof({ kind: "built" }, { system: `s${index}-linux`, at: new Date(index * 1000).toISOString() }),
  );
  const kept = mergeProofs(many);
  assert.equal(kept.length, maxProofs);
  assert.equal(kept[0]?.system, "s10-linux");
});
