import assert from "node:assert/strict";
import { test } from "node:test";
import { preflight } from "../../../../server/src/builds/checks/preflight.ts";
import type { PlannedDerivation } from "../../../../server/src/nix/derivationGraph.ts";
import type { Builder, Place } from "../../../../server/src/protocol.ts";
import { drv } from "../../../support/streams.ts";

function planned(name: string, system: string, requiredFeatures: string[] = []): PlannedDerivation {
  return { drvPath: drv(name), system, requiredFeatures, dependencies: [] };
}

const local: Builder = {
  id: "local",
  name: "local",
  kind: "local",
  systems: [
    { system: "x86_64-linux", mode: "native" },
    { system: "x86_64-v2-linux", mode: "compatible" },
    { system: "armv7l-linux", mode: "impossible" },
  ],
  maxJobs: 2,
  speedFactor: 1,
  supportedFeatures: ["kvm"],
  mandatoryFeatures: [],
  origin: { source: "this machine" },
  active: true,
};

const arm: Builder = {
  ...local,
  id: "ssh-ng://arm",
  name: "arm",
  kind: "remote",
  systems: [{ system: "aarch64-linux", mode: "native" }],
  supportedFeatures: [],
};

const anywhere: Place = { kind: "schedule" };

/** name -> graph, builders, place, and the message. */
const cases: Record<string, [PlannedDerivation[], Builder[], Place, RegExp | undefined]> = {
  "each has its builder": [
    [planned("hello", "x86_64-linux"), planned("kernel", "aarch64-linux")],
    [local, arm],
    anywhere,
    undefined,
  ],
  "a system that nobody builds": [
    [planned("kernel", "aarch64-linux")],
    [local],
    anywhere,
    /^No builder can build kernel for 'aarch64-linux'\. This machine builds x86_64-linux\. Add .* Nothing was started\.$/,
  ],
  "an emulator that is missing": [[planned("sensor", "armv7l-linux")], [local], anywhere, /sensor for 'armv7l-linux'/],
  "a feature that nobody has": [
    [planned("linux", "aarch64-linux", ["big-parallel"])],
    [local, arm],
    anywhere,
    /linux: it needs the system feature 'big-parallel', which no builder for 'aarch64-linux' has\..* Nothing was started\.$/,
  ],
  "a feature that one has": [[planned("vm", "x86_64-linux", ["kvm"])], [local], anywhere, undefined],
  "a builder that takes only what needs its feature": [
    [planned("hello", "aarch64-linux")],
    [{ ...arm, mandatoryFeatures: ["benchmark"] }],
    anywhere,
    /No builder can build hello.*Nothing was started/,
  ],
  "only the builder that was chosen counts": [
    [planned("hello", "x86_64-linux")],
    [local, arm],
    { kind: "only", builder: arm.id },
    /hello for 'x86_64-linux'\. arm builds aarch64-linux\./,
  ],
  "many are counted": [
    ["a", "b", "c", "d", "e"].map(name => planned(name, "riscv64-linux")),
    [local],
    anywhere,
    /No builder can build a, b, c, 2 more for 'riscv64-linux'/,
  ],
  "what Nix builds by itself needs nobody": [[planned("source", "builtin")], [local], anywhere, undefined],
  "a derivation that could not be read": [[planned("unknown", "")], [local], anywhere, undefined],
  "builders that are not known": [[planned("kernel", "aarch64-linux")], [], anywhere, undefined],
  "a machine that builds nothing itself": [
    [planned("hello", "x86_64-linux")],
    [{ ...local, maxJobs: 0 }, arm],
    anywhere,
    /hello/,
  ],
  "another store": [
    [planned("kernel", "riscv64-linux")],
    [local],
    { kind: "store", store: "ssh-ng://host" },
    undefined,
  ],
};

for (const [name, [graph, builders, place, message]] of Object.entries(cases))
  test(`before a build: ${name}`, () => {
    const asked = { uri: "file:///network.nix", machine: "eiffel", place };
    const problem = preflight(graph, builders, asked);
    if (message === undefined) return assert.equal(problem, undefined);
    assert.match(problem?.code ?? "", /^(no-builder|missing-feature)$/);
    assert.match(problem?.message ?? "", message);
    assert.deepEqual(
      problem?.fixes?.map(({ command, arguments: args }) => [command, args]),
      [["morph.buildAnyway", [{ ...asked, attribute: undefined }]]],
    );
  });
