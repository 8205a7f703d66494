import assert from "node:assert/strict";
import { test } from "node:test";
import { longBuilds } from "../../../../server/src/builds/checks/longBuilds.ts";
import type { Durations } from "../../../../server/src/builds/estimate/durations.ts";
import type { PlannedDerivation } from "../../../../server/src/nix/derivations/graph.ts";
import type { Builder, Place } from "../../../../server/src/protocol.ts";
import { builder } from "../../../support/builders.ts";
import { drv } from "../../../support/streams.ts";

function planned(name: string, system = "aarch64-linux"): PlannedDerivation {
  return { drvPath: drv(name), system, requiredFeatures: [], dependencies: [] };
}

const local = builder("local", { "x86_64-linux": "native", "aarch64-linux": "emulated" });
const arm = builder("ssh-ng://arm", { "aarch64-linux": "native" });

/** Each builder's hours for a package, one a build. */
function measured(key: string, ...hours: number[]): Durations {
  return { [key]: hours.map((each, index) => ({ build: String(index), ms: each * 3_600_000 })) };
}

const anywhere: Place = { kind: "schedule" };
const kernel = planned("linux-6.6.31");
const advice = " A builder for aarch64-linux, or a binary cache that has it, avoids this.";

/** name -> graph, builders, place, durations, and what is said. */
const cases: Record<string, [PlannedDerivation[], Builder[], Place, Durations, string | undefined]> = {
  "a kernel that was measured under emulation": [
    [planned("hello-2.12"), kernel],
    [local],
    anywhere,
    measured(" linux", 5.9, 6.1, 5.8),
    `linux-6.6.31 must be built: about 6 h under emulation (from 3 builds).${advice}`,
  ],
  "a kernel of which nothing is known but that it is emulated": [
    [kernel, planned("linux-6.6.31.tar.xz"), planned("linux-6.6.31-modules"), planned("linux-config-6.6.31")],
    [local],
    anywhere,
    {},
    `linux-6.6.31 must be compiled under emulation, which may take hours.${advice}`,
  ],
  "a kernel that another builder builds natively": [[kernel], [local, arm], anywhere, {}, undefined],
  "a kernel that is to be built here all the same": [
    [kernel],
    [local, arm],
    { kind: "only", builder: "local" },
    measured("ssh-ng://arm linux", 2),
    `linux-6.6.31 must be compiled under emulation, which may take hours.${advice}`,
  ],
  "what took long on the builder that has it": [
    [kernel],
    [arm],
    anywhere,
    measured("ssh-ng://arm linux", 1.4),
    "linux-6.6.31 must be built: about 1.5 h (from 1 build).",
  ],
  "what is short": [[kernel], [arm], anywhere, measured("ssh-ng://arm linux", 0.4), undefined],
  "what is short, even under emulation": [[kernel], [local], anywhere, measured(" linux", 0.1), undefined],
  "what is known as large, and was short where it was measured": [
    [kernel],
    [local],
    anywhere,
    measured("ssh://x linux", 0.002),
    undefined,
  ],
  "what is known as large, and was not so short elsewhere": [
    [kernel],
    [local],
    anywhere,
    measured("ssh://x linux", 0.3),
    `linux-6.6.31 must be compiled under emulation, which may take hours.${advice}`,
  ],
  "what Nix builds by itself": [[planned("linux-6.6.31", "builtin")], [local], anywhere, {}, undefined],
  "a native build that was never measured": [
    [planned("firefox-128.0", "x86_64-linux")],
    [local],
    anywhere,
    {},
    undefined,
  ],
  "what no builder builds": [[planned("linux-6.6.31", "riscv64-linux")], [local], anywhere, {}, undefined],
  "unknown builders": [[kernel], [], anywhere, {}, undefined],
  "several, the longest first, and not all by name": [
    [planned("gcc-13.2.0"), planned("llvm-18.1.7"), planned("rustc-1.78.0"), planned("hello-1.0"), planned("slow-2")],
    [local],
    anywhere,
    { ...measured(" gcc", 3), ...measured(" llvm", 9), ...measured(" slow", 0.7) },
    "llvm-18.1.7 must be built: about 9 h under emulation (from 1 build). " +
      "gcc-13.2.0 must be built: about 3 h under emulation (from 1 build). " +
      `slow-2 must be built: about 40 min under emulation (from 1 build). One more may take long.${advice}`,
  ],
};

for (const [name, [graph, builders, place, durations, message]] of Object.entries(cases))
  test(`before a build, what takes long: ${name}`, () => {
    const problem = longBuilds(graph, builders, place, durations);
    assert.equal(problem?.message, message);
    if (problem?.message.includes("which") === true) assert.match(problem.message, /may take hours/);
    if (problem !== undefined) assert.deepEqual([problem.code, problem.severity], ["long-build", "warning"]);
  });
