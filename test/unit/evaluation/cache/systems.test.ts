import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import { merge, type StoredNetwork, storedNetwork } from "../../../../server/src/evaluation/cache/stored.ts";
import { EvaluatedSystems } from "../../../../server/src/evaluation/cache/systems.ts";
import { networkUri } from "../../../support/features.ts";
import { someEvaluation } from "../../../support/records.ts";

const armMachine = someEvaluation({ machine: "a", system: "aarch64-linux", buildSystem: "aarch64-linux" });
const arm = { system: "aarch64-linux", buildSystem: "aarch64-linux" };

test("an evaluation is remembered for its machine and file, and is stale when the text has changed", () => {
  const systems = new EvaluatedSystems(() => new Date(0));
  systems.remember(networkUri, armMachine, "text");
  assert.deepEqual(systems.get(networkUri, "a", "text"), { ...arm, stale: false });
  assert.deepEqual(systems.get(networkUri, "a", "another"), { ...arm, stale: true });
  assert.deepEqual(systems.get(networkUri, "a", undefined), { ...arm, stale: true });
  assert.equal(systems.get(networkUri, "b", "text"), undefined);
  assert.equal(systems.get("file:///other.nix", "a", "text"), undefined);
});

test("why the user's Morph may evaluate a machine to something else is remembered with it", () => {
  const systems = new EvaluatedSystems(() => new Date(0));
  const note = "The evaluator of morph is unknown.";
  systems.remember(networkUri, { ...armMachine, evaluator: { ...armMachine.evaluator, note } }, "text");
  const next = new EvaluatedSystems(() => new Date(0));
  const stored = v.parse(storedNetwork, JSON.parse(JSON.stringify(systems.stored(networkUri))));
  next.restore(stored);
  assert.deepEqual(next.get(networkUri, "a", "text"), { ...arm, stale: false, note });
});

test("the same holds for names", () => {
  const systems = new EvaluatedSystems(() => new Date(0));
  systems.rememberNames(networkUri, ["a", "b"], "text");
  assert.deepEqual(systems.names(networkUri, "text"), { list: ["a", "b"], stale: false });
  assert.deepEqual(systems.names(networkUri, "another"), { list: ["a", "b"], stale: true });
  assert.equal(systems.names("file:///other.nix", "text"), undefined);
});

test("what is stored is there again after a restart", () => {
  const systems = new EvaluatedSystems(() => new Date(0));
  systems.remember(networkUri, armMachine, "text");
  systems.rememberNames(networkUri, ["a"], "text");
  const stored = v.parse(storedNetwork, JSON.parse(JSON.stringify(systems.stored(networkUri))));
  const next = new EvaluatedSystems(() => new Date(0));
  assert.ok(!next.has(networkUri));
  next.restore(stored);
  assert.ok(next.has(networkUri));
  assert.deepEqual(next.get(networkUri, "a", "text"), { ...arm, stale: false });
  assert.deepEqual(next.names(networkUri, "text"), { list: ["a"], stale: false });
});

test("what a machine's plan needs of builders is remembered with it, until the text changes", () => {
  const systems = new EvaluatedSystems(() => new Date(0));
  const needs = [{ system: "aarch64-linux", features: ["kvm"] }];
  assert.equal(systems.rememberNeeds(networkUri, "a", needs, "text"), false, "it was never evaluated");
  systems.remember(networkUri, armMachine, "text");
  assert.equal(systems.rememberNeeds(networkUri, "a", needs, "earlier"), false, "it was evaluated of another text");
  assert.equal(systems.needs(networkUri, "a", "text"), undefined);
  assert.equal(systems.rememberNeeds(networkUri, "a", needs, "text"), true);
  assert.equal(systems.rememberNeeds(networkUri, "a", [...needs], "text"), false, "that was known");
  assert.deepEqual(systems.needs(networkUri, "a", "text"), needs);
  assert.equal(systems.needs(networkUri, "a", "another"), undefined);
  assert.equal(systems.needs(networkUri, "a", undefined), undefined);
  const next = new EvaluatedSystems(() => new Date(0));
  next.restore(v.parse(storedNetwork, JSON.parse(JSON.stringify(systems.stored(networkUri)))));
  assert.deepEqual(next.needs(networkUri, "a", "text"), needs);
  systems.remember(networkUri, armMachine, "text");
  assert.deepEqual(systems.needs(networkUri, "a", "text"), needs, "evaluated once more without a plan");
  systems.remember(networkUri, armMachine, "another");
  assert.equal(systems.needs(networkUri, "a", "another"), undefined);
});

const early = "2024-05-01T12:00:00.000Z";
const middle = "2024-05-01T12:01:00.000Z";
const late = "2024-05-01T12:02:00.000Z";
const machineAt = (at: string, system: string) => ({ system, buildSystem: system, stamp: "s", at });
const stored = (fields: Partial<StoredNetwork>): StoredNetwork => ({ uri: networkUri, machines: {}, ...fields });

test("of two results, the later one is kept, regardless of its source", () => {
  const one = stored({ machines: { a: machineAt(early, "old"), b: machineAt(late, "new") } });
  const other = stored({ machines: { a: machineAt(late, "new"), b: machineAt(early, "old") } });
  for (const [first, second] of [
    [one, other],
    [other, one],
  ] as const)
    assert.deepEqual(
      Object.values(merge(first, second).machines).map(({ system }) => system),
      ["new", "new"],
    );
});

test("machines that are not among the names are dropped, unless they were evaluated later", () => {
  const names = { list: ["a"], stamp: "s", at: middle };
  const machines = { a: machineAt(early, "x"), gone: machineAt(early, "x"), added: machineAt(late, "x") };
  assert.deepEqual(Object.keys(merge(stored({ machines }), stored({ names })).machines), ["a", "added"]);
});

const bad: Record<string, unknown> = {
  nothing: undefined,
  null: null,
  "a list": [],
  "no machines": { uri: networkUri },
  "machines that are a list of texts": { uri: networkUri, machines: ["a"] },
  "a machine without a system": { uri: networkUri, machines: { a: { buildSystem: "x", stamp: "s", at: early } } },
  "a machine that is null": { uri: networkUri, machines: { a: null } },
  "names that are no texts": { uri: networkUri, machines: {}, names: { list: [1], stamp: "s", at: early } },
  "names without a stamp": { uri: networkUri, machines: {}, names: { list: ["a"], at: early } },
};

for (const [name, value] of Object.entries(bad))
  test(`not what is stored: ${name}`, () => assert.equal(v.is(storedNetwork, value), false));
