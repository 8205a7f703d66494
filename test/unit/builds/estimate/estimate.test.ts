import assert from "node:assert/strict";
import { test } from "node:test";
import * as v from "valibot";
import {
  type Durations,
  durationKey,
  durationsSchema,
  withDurations,
} from "../../../../server/src/builds/estimate/durations.ts";
import { type Estimate, estimate, type Progressing } from "../../../../server/src/builds/estimate/estimate.ts";
import { packageName } from "../../../../server/src/common/storePath.ts";
import type { PlannedDerivation } from "../../../../server/src/nix/derivations/graph.ts";
import { drv } from "../../../support/streams.ts";

/** name -> the names that it waits for. */
function graph(names: Record<string, string[]>): PlannedDerivation[] {
  const order = Object.keys(names);
  return order.map(name => ({
    drvPath: drv(name),
    system: "x86_64-linux",
    requiredFeatures: [],
    dependencies: (names[name] ?? []).map(dependency => order.indexOf(dependency)),
  }));
}

/** name -> milliseconds, each measured twice. */
function measured(times: Record<string, number>): Durations {
  return Object.fromEntries(
    Object.entries(times).map(([name, ms]) => [
      durationKey(undefined, drv(name)),
      [
        { build: "1", ms },
        { build: "2", ms },
      ],
    ]),
  );
}

const chain = { a: [], b: ["a"], c: ["b"] };
const wide = { a: [], b: [], c: [], system: ["a", "b", "c"] };

interface Case {
  readonly names: Record<string, string[]>;
  readonly times: Record<string, number>;
  readonly states?: Record<string, Progressing>;
  readonly slots?: number;
  readonly expected: Estimate | undefined;
}

const cases: Record<string, Case> = {
  "what waits for one another takes the sum": {
    names: chain,
    times: { a: 1000, b: 2000, c: 3000 },
    slots: 4,
    expected: { remaining: 6000, basis: 2 },
  },
  "what waits for nothing goes side by side": {
    names: wide,
    times: { a: 1000, b: 2000, c: 3000, system: 10 },
    slots: 3,
    expected: { remaining: 3010, basis: 2 },
  },
  "with one slot it is the sum": {
    names: wide,
    times: { a: 1000, b: 2000, c: 3000, system: 10 },
    slots: 1,
    expected: { remaining: 6010, basis: 2 },
  },
  "what is done counts no more, and what runs counts for what is left of it": {
    names: chain,
    times: { a: 1000, b: 5000, c: 3000 },
    states: { a: { state: "built" }, b: { state: "building", startedAt: -2000 } },
    expected: { remaining: 6000, basis: 2 },
  },
  "what takes longer than ever takes a little longer, before what depends on it": {
    names: { a: [], b: ["a"] },
    times: { a: 1000, b: 3000 },
    states: { a: { state: "building", startedAt: -9000 } },
    expected: { remaining: 4000, basis: 2 },
  },
  "there is no estimate once all that is left takes longer than ever": {
    names: { a: [] },
    times: { a: 1000 },
    states: { a: { state: "building", startedAt: -9000 } },
    expected: undefined,
  },
  "what was never measured takes as long as the others": {
    names: { a: [], b: ["a"] },
    times: { a: 1000 },
    expected: { remaining: 2000, basis: 2 },
  },
  "when most was never measured, nothing is said": { names: wide, times: { a: 1000 }, expected: undefined },
  "when nothing is left, nothing is said": {
    names: { a: [] },
    times: { a: 1000 },
    states: { a: { state: "built" } },
    expected: undefined,
  },
  "the longest chain goes first": {
    names: { short: [], long: [], after: ["long"] },
    times: { short: 1000, long: 1000, after: 5000 },
    slots: 1,
    expected: { remaining: 7000, basis: 2 },
  },
};

for (const [name, { names, times, states = {}, slots = 1, expected }] of Object.entries(cases))
  test(name, () => {
    const found = new Map(Object.entries(states).map(([key, state]) => [drv(key), state]));
    assert.deepEqual(
      estimate(graph(names), path => found.get(path), measured(times), slots, 0),
      expected,
    );
  });

test("a cycle, which no store has, ends", () => {
  const circle = [
    { drvPath: drv("a"), system: "", requiredFeatures: [], dependencies: [1] },
    { drvPath: drv("b"), system: "", requiredFeatures: [], dependencies: [0] },
  ];
  assert.deepEqual(
    estimate(circle, () => undefined, measured({ a: 1, b: 1 }), 1, 0),
    { remaining: 0, basis: 2 },
  );
});

test("a large plan is simulated", () => {
  const many = Array.from({ length: 5000 }, (_, index) => ({
    drvPath: drv(`p${index}`),
    system: "",
    requiredFeatures: [],
    dependencies: index < 50 ? [] : [index - 50, index - 25],
  }));
  assert.ok(estimate(many, () => undefined, measured(Object.fromEntries(many.map((_, i) => [`p${i}`, 10]))), 8, 0));
});

test("the last ten durations of each are kept, each build's once", () => {
  const key = durationKey("ssh-ng://arm", drv("linux-6.1.38"));
  assert.equal(key, "ssh-ng://arm linux");
  let known: Durations = {};
  for (let build = 0; build < 15; build++)
    for (let twice = 0; twice < 2; twice++) known = withDurations(known, [[key, { build: String(build), ms: build }]]);
  assert.deepEqual(
    known[key]?.map(({ ms }) => ms),
    [5, 6, 7, 8, 9, 10, 11, 12, 13, 14],
  );
  assert.ok(v.is(durationsSchema, JSON.parse(JSON.stringify(known))));
  for (const bad of [null, [1], { a: 1 }, { a: [{ ms: 1 }] }]) assert.equal(v.is(durationsSchema, bad), false);
});

for (const [name, expected] of Object.entries({
  "linux-6.1.38": "linux",
  "nixos-system-web01-23.05pre-git": "nixos-system-web01",
  etc: "etc",
}))
  test(`the package of ${name} is ${expected}`, () => assert.equal(packageName(drv(name)), expected));
