import assert from "node:assert/strict";
import { test } from "node:test";
import { emptyState, type FollowedDerivation } from "../../../../server/src/builds/stream/eventState.ts";
import { proofsOfBuilt } from "../../../../server/src/builds/summary/proofs.ts";
import type { PlannedDerivation } from "../../../../server/src/nix/derivations/graph.ts";
import type { Place } from "../../../../server/src/protocol.ts";
import { builder } from "../../../support/builders.ts";
import { drv } from "../../../support/streams.ts";

const arm = "aarch64-linux";
const at = "2026-11-30T10:00:00.000Z";
const pi = "ssh-ng://pi";
const anywhere: Place = { kind: "schedule" };
const graph: PlannedDerivation[] = [
  { drvPath: drv("hello"), system: arm, requiredFeatures: [], dependencies: [] },
  { drvPath: drv("linux"), system: arm, requiredFeatures: ["big-parallel"], dependencies: [] },
  { drvPath: drv("source"), system: "builtin", requiredFeatures: [], dependencies: [] },
];

/** The state of a build in which derivations of these names are as given. */
function stateOf(derivations: Readonly<Record<string, Partial<FollowedDerivation>>>) {
  const state = emptyState(Object.keys(derivations).map(drv));
  for (const [name, fields] of Object.entries(derivations)) {
    const derivation = state.derivations.get(drv(name));
    assert.ok(derivation !== undefined);
    Object.assign(derivation, { stoppedAt: Date.parse(at), ...fields });
  }
  return state;
}

const local = [builder("local", { [arm]: "emulated" })];
const cannotRun = [builder("local", { [arm]: "impossible" })];

test("what a builder has built proves its system, and each feature that was required", () => {
  const state = stateOf({
    hello: { state: "built", builder: pi },
    linux: { state: "built", builder: pi },
    source: { state: "built", builder: pi },
  });
  const proof = { builder: pi, system: arm, at, by: "build", outcome: { kind: "built" } };
  assert.deepEqual(proofsOfBuilt(graph, state, anywhere, local), [proof, proof, { ...proof, feature: "big-parallel" }]);
});

test("what was fetched, failed or is still being built proves nothing", () => {
  for (const state of ["fetched", "failed", "building", "built-by-another", "cancelled"] as const)
    assert.deepEqual(proofsOfBuilt(graph, stateOf({ hello: { state, builder: pi } }), anywhere, local), []);
});

test("what this machine has built is only news if its settings rule it out", () => {
  const state = stateOf({ hello: { state: "built" } });
  assert.deepEqual(proofsOfBuilt(graph, state, anywhere, local), []);
  assert.deepEqual(
    proofsOfBuilt(graph, state, anywhere, cannotRun).map(({ builder: id }) => id),
    ["local"],
  );
});

test("in the store of a builder, that builder has built it", () => {
  const state = stateOf({ hello: { state: "built" } });
  assert.deepEqual(
    proofsOfBuilt(graph, state, { kind: "store", store: pi }, local).map(({ builder: id }) => id),
    [pi],
  );
});
