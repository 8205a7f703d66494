import assert from "node:assert/strict";
import { test } from "node:test";
import { bestFirst, choiceFor, slotsAt } from "../../../server/src/builders/choice.ts";
import type { Need } from "../../../server/src/nix/derivations/needs.ts";
import type { Builder, Place } from "../../../server/src/protocol.ts";
import { builder, builderOf, offer } from "../../support/builders.ts";

const plain: Need = { system: "aarch64-linux", features: [] };
const withKvm: Need = { system: "aarch64-linux", features: ["kvm"] };

const local = builder("local", { "x86_64-linux": "native", "aarch64-linux": "emulated" });
const slow = builder("ssh://slow", { "aarch64-linux": "unknown" });
const fast = builder("ssh://fast", { "aarch64-linux": "native" }, { speedFactor: 2 });
const x86 = builder("ssh://x86", { "x86_64-linux": "native" }, { speedFactor: 9 });
/** Fast for another system, slow for this one. */
const twoLines = builderOf("ssh://two", [
  offer({ "x86_64-linux": "unknown" }, { speedFactor: 9 }),
  offer({ "aarch64-linux": "unknown" }, { speedFactor: 1.5 }),
]);

/** builders -> their ids in the order in which Nix asks, `-` before those that cannot. */
const orders: Record<string, [builders: Builder[], ids: string[]]> = {
  nobody: [[], []],
  "the remote ones before this machine": [
    [local, slow],
    ["ssh://slow", "local"],
  ],
  "this machine last, however fast": [
    [builder("local", { "aarch64-linux": "native" }, { speedFactor: 9 }), slow],
    ["ssh://slow", "local"],
  ],
  "the faster before the slower": [
    [slow, fast, local],
    ["ssh://fast", "ssh://slow", "local"],
  ],
  "two of one speed as they stand": [
    [slow, builder("ssh://b", { "aarch64-linux": "unknown" })],
    ["ssh://slow", "ssh://b"],
  ],
  "the speed of the line that takes it": [
    [twoLines, fast, slow],
    ["ssh://fast", "ssh://two", "ssh://slow"],
  ],
  "one that cannot is not fast": [
    [x86, slow],
    ["ssh://slow", "-ssh://x86"],
  ],
};

for (const [name, [builders, ids]] of Object.entries(orders))
  test(`Nix's order: ${name}`, () => {
    const found = choiceFor([plain], builders).builders;
    assert.deepEqual(
      found.map(({ builder: { id }, capability: { can } }) => (can ? id : `-${id}`)),
      ids,
    );
  });

test("they are offered the best first, and those that cannot last", () => {
  const modes = ["impossible", "emulated", "unknown", "compatible", "native"] as const;
  const builders = modes.map(mode => builder(`ssh://${mode}`, { "aarch64-linux": mode }));
  assert.deepEqual(
    bestFirst(choiceFor([plain], builders).builders).map(({ builder: { name } }) => name),
    modes.toReversed(),
  );
});

const kvmOnly = builder(
  "ssh://kvm",
  { "aarch64-linux": "unknown" },
  { supportedFeatures: ["kvm"], mandatoryFeatures: ["kvm"] },
);

/** needs, builders -> whether all find one, and who can build all alone. */
const completeness: Record<string, [needs: Need[], builders: Builder[], isComplete: boolean, able: string[]]> = {
  "one has all": [[plain], [local, slow], true, ["ssh://slow", "local"]],
  "one has the system, another the feature": [[plain, withKvm], [slow, kvmOnly], true, []],
  "no builder has the feature": [[plain, withKvm], [slow, fast], false, []],
  "no builder has the system": [[{ system: "riscv64-linux", features: [] }], [slow, local], false, []],
  "the lines of one address": [[{ system: "x86_64-linux", features: [] }, plain], [twoLines], true, ["ssh://two"]],
};

for (const [name, [needs, builders, isComplete, able]] of Object.entries(completeness))
  test(`who builds a machine: ${name}`, () => {
    const choice = choiceFor(needs, builders);
    assert.equal(choice.isComplete, isComplete);
    assert.deepEqual(
      choice.builders.flatMap(({ builder: { id }, capability: { can } }) => (can ? [id] : [])),
      able,
    );
  });

test("a builder that cannot build everything reports the obstacle, even if it could build the rest", () => {
  const [found] = choiceFor([plain, withKvm], [slow]).builders;
  assert.equal(found?.capability.why, "slow does not have the system feature 'kvm'.");
});

const anywhere: Place = { kind: "schedule" };
const jobs = (id: string, system: string, maxJobs: number) => builder(id, { [system]: "native" }, { maxJobs });
const shared = builderOf("ssh://shared", [
  offer({ "aarch64-linux": "unknown" }, { maxJobs: 3 }),
  offer({ "x86_64-linux": "unknown" }, { maxJobs: 8 }),
  offer({ "aarch64-linux": "unknown" }, { maxJobs: 2 }),
]);

/** place, builders, needs -> how many derivations are built in parallel. */
const slots: Record<string, [place: Place, builders: Builder[], needs: Need[], slots: number]> = {
  "of all builders that can": [
    anywhere,
    [jobs("local", "aarch64-linux", 2), jobs("ssh://a", "aarch64-linux", 3)],
    [plain],
    5,
  ],
  "not of those that cannot": [
    anywhere,
    [jobs("local", "x86_64-linux", 2), jobs("ssh://a", "aarch64-linux", 3)],
    [plain],
    3,
  ],
  "of the one that was chosen": [
    { kind: "only", builder: "ssh://a" },
    [jobs("local", "aarch64-linux", 2), jobs("ssh://a", "aarch64-linux", 3)],
    [plain],
    3,
  ],
  "the lines of an address share them": [anywhere, [shared], [plain], 3],
  "for any of the needs": [anywhere, [shared], [plain, { system: "x86_64-linux", features: [] }], 8],
  "none for nothing": [anywhere, [shared], [], 0],
};

for (const [name, [place, builders, needs, expected]] of Object.entries(slots))
  test(`slots: ${name}`, () => assert.equal(slotsAt(place, builders, needs), expected));
