import assert from "node:assert/strict";
import { test } from "node:test";
import { type Durations, durationKey } from "../../../../server/src/builds/estimate/durations.ts";
import { expectedOn } from "../../../../server/src/builds/estimate/expected.ts";
import type { PlannedDerivation } from "../../../../server/src/nix/derivations/graph.ts";
import { builder } from "../../../support/builders.ts";
import { drv } from "../../../support/streams.ts";

const arm = "aarch64-linux";
const [hello, linux] = [drv("hello-2.12.1"), drv("linux-6.6.44")];
const graph: PlannedDerivation[] = [
  { drvPath: hello, system: arm, requiredFeatures: [], dependencies: [] },
  { drvPath: linux, system: arm, requiredFeatures: [], dependencies: [0] },
];
const local = builder("local", { [arm]: "emulated" });
const pi = builder("ssh://pi", { [arm]: "native" });
const x86 = builder("ssh://x86", { "x86_64-linux": "native" });

const durations: Durations = {
  [durationKey(undefined, hello)]: [{ build: "a", ms: 1000 }],
  [durationKey(undefined, linux)]: [
    { build: "a", ms: 9000 },
    { build: "b", ms: 11_000 },
    { build: "c", ms: 10_000 },
  ],
  [durationKey("ssh://pi", linux)]: [{ build: "d", ms: 2000 }],
  [durationKey("ssh://x86", linux)]: [{ build: "e", ms: 1 }],
  [durationKey("ssh://p", hello)]: [{ build: "f", ms: 1 }],
};

test("a plan is expected to take on each builder what it took there, not elsewhere", () => {
  assert.deepEqual(Object.fromEntries(expectedOn([local, pi, x86], graph, durations)), {
    local: { ms: 11_000, basis: 3 },
    // The other derivation is assumed to take as long.
    "ssh://pi": { ms: 4000, basis: 1 },
  });
});

test("nothing is expected of a builder on which nothing was measured, or that cannot build it", () => {
  assert.deepEqual([...expectedOn([pi, x86], graph, {}).keys()], []);
  assert.deepEqual([...expectedOn([x86], graph, durations).keys()], []);
});
