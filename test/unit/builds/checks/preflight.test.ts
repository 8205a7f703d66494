import assert from "node:assert/strict";
import { test } from "node:test";
import { preflight } from "../../../../server/src/builds/checks/preflight.ts";
import type { PlannedDerivation } from "../../../../server/src/nix/derivations/graph.ts";
import type { Builder, Place } from "../../../../server/src/protocol.ts";
import { builder, builderOf, offer } from "../../../support/builders.ts";
import { drv } from "../../../support/streams.ts";

function planned(name: string, system: string, requiredFeatures: string[] = []): PlannedDerivation {
  return { drvPath: drv(name), system, requiredFeatures, dependencies: [] };
}

const local = builder(
  "local",
  { "x86_64-linux": "native", "x86_64-v2-linux": "compatible", "armv7l-linux": "impossible" },
  { maxJobs: 2, supportedFeatures: ["kvm"] },
);
const idle = builder("local", { "x86_64-linux": "native" }, { maxJobs: 0 });
const arm = builder("ssh-ng://arm", { "aarch64-linux": "native" });
/** Two lines of one address. */
const twice = builderOf("ssh-ng://twice", [
  offer({ "x86_64-linux": "unknown" }, { supportedFeatures: ["big-parallel"] }),
  offer({ "i686-linux": "unknown" }, { supportedFeatures: ["benchmark"] }),
]);

const anywhere: Place = { kind: "schedule" };

/** name -> graph, builders, place, and the message. */
const cases: Record<string, [PlannedDerivation[], Builder[], Place, RegExp | undefined]> = {
  "each has its builder": [
    [planned("hello", "x86_64-linux"), planned("kernel", "aarch64-linux")],
    [local, arm],
    anywhere,
    undefined,
  ],
  "a system that no builder builds": [
    [planned("kernel", "aarch64-linux")],
    [local],
    anywhere,
    /^No builder can build kernel for 'aarch64-linux'\. This machine builds x86_64-linux\. Add .* Nothing was started\.$/,
  ],
  "an emulator that is missing": [[planned("sensor", "armv7l-linux")], [local], anywhere, /sensor for 'armv7l-linux'/],
  "a feature that no builder has": [
    [planned("linux", "aarch64-linux", ["big-parallel"])],
    [local, arm],
    anywhere,
    /linux: it needs the system feature 'big-parallel', which no builder for 'aarch64-linux' has\..* Nothing was started\.$/,
  ],
  "a feature that one has": [[planned("vm", "x86_64-linux", ["kvm"])], [local], anywhere, undefined],
  "a builder that takes only what needs its feature": [
    [planned("hello", "aarch64-linux")],
    [builder("ssh-ng://arm", { "aarch64-linux": "native" }, { mandatoryFeatures: ["benchmark"] })],
    anywhere,
    /^No builder can build hello for 'aarch64-linux'\. arm builds only derivations that require the system feature 'benchmark'\. Add .* Nothing was started\.$/,
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
  "what Nix builds itself needs no builder": [[planned("source", "builtin")], [local], anywhere, undefined],
  "a derivation that could not be read": [[planned("unknown", "")], [local], anywhere, undefined],
  "builders that are not known": [[planned("kernel", "aarch64-linux")], [], anywhere, undefined],
  "a machine that builds nothing itself": [
    [planned("hello", "x86_64-linux")],
    [idle, arm],
    anywhere,
    /^No builder can build hello for 'x86_64-linux'\. This machine builds nothing: its 'max-jobs' is 0\. arm builds aarch64-linux\. /,
  ],
  "a machine that builds nothing itself, and no other": [
    [planned("hello", "x86_64-linux")],
    [idle],
    anywhere,
    /^No builder for hello: local builds are disabled \('max-jobs = 0'\).* Nothing was started\.$/,
  ],
  "each line of an address takes something": [
    [planned("hello", "x86_64-linux", ["big-parallel"]), planned("old", "i686-linux", ["benchmark"])],
    [twice],
    { kind: "only", builder: twice.id },
    undefined,
  ],
  "no line of an address takes it, though both together would": [
    [planned("old", "i686-linux", ["benchmark", "big-parallel"])],
    [twice],
    anywhere,
    /^No builder can build old: it needs the system feature 'big-parallel', which no builder for 'i686-linux' has\./,
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
    assert.match(problem?.code ?? "", /^(no-builder|missing-feature|no-local-builds)$/);
    assert.match(problem?.message ?? "", message);
    const { uri, machine } = asked;
    const system = problem?.about?.kind === "system" ? problem.about.system : undefined;
    // Where only a feature is missing, there is a builder.
    const added = problem?.code === "missing-feature" ? [] : [["morph.addBuilder", [{ uri, machine, system }]]];
    assert.deepEqual(
      problem?.fixes?.map(({ command, arguments: args }) => [command, args]),
      [...added, ["morph.buildAnyway", [{ ...asked, attribute: undefined }]]],
    );
  });

test("a builder that is known to refuse what Nix would give it can be left out", () => {
  const refuses = builder("ssh-ng://refuses", { "aarch64-linux": "impossible" }, { speedFactor: 2 });
  const asked = { uri: "file:///net/network.nix", machine: "eiffel", place: anywhere };
  const problem = preflight([planned("hello", "aarch64-linux")], [local, refuses, arm], asked);
  assert.equal(problem?.code, "builder-refused");
  assert.match(problem?.message ?? "", /^Nix asks refuses first for aarch64-linux, .* Nothing was started\.$/);
  assert.deepEqual(
    problem?.fixes?.map(({ title, arguments: [target] = [] }) => [title, target.place]),
    [
      ["Build Without refuses", { kind: "schedule", without: [refuses.id] }],
      ["Build Anyway", anywhere],
    ],
  );
  const without: Place = { kind: "schedule", without: [refuses.id] };
  assert.equal(
    preflight([planned("hello", "aarch64-linux")], [local, refuses, arm], { ...asked, place: without }),
    undefined,
  );
});
