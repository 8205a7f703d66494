import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Assignment, askedInOrder, assign, type Job, type Load } from "../../../server/src/builders/schedule.ts";
import type { Builder } from "../../../server/src/protocol.ts";
import { builder, builderOf, offer } from "../../support/builders.ts";

// What Nix's build-remote.cc does, from 2.8 to 2.36.

const arm = "aarch64-linux";
const job: Job = { system: arm, features: [] };
const remote = (name: string, fields: Parameters<typeof offer>[1] = {}) =>
  builder(`ssh://${name}`, { [arm]: "unknown" }, fields);
const local = builder("local", { "x86_64-linux": "native", [arm]: "emulated" }, { maxJobs: 2 });
const x86Only = builder("local", { "x86_64-linux": "native" }, { maxJobs: 2 });
const big = { supportedFeatures: ["big-parallel"] };

/** Slots in use by builder. */
const load = (busy: Readonly<Record<string, number>>, dividesWhole = false): Load => ({
  busy: id => busy[id] ?? 0,
  dividesWhole,
});

type Case = readonly [builders: readonly Builder[], job: Job, load: Load | undefined, expected: string];

/** builders, derivation and load -> the builder, `wait` or `none`. */
const cases: Record<string, Case> = {
  "no builder": [[], job, undefined, "none"],
  "this machine, if there is no other": [[local], job, undefined, "local"],
  "not this machine for another system": [[x86Only], job, undefined, "none"],
  "a remote builder rather than this machine": [[local, remote("a")], job, undefined, "ssh://a"],
  "a remote builder that emulates rather than this machine, which is native": [
    [builder("local", { [arm]: "native" }, { maxJobs: 8 }), builder("ssh://qemu", { [arm]: "emulated" })],
    job,
    undefined,
    "ssh://qemu",
  ],
  "this machine, for what prefers it": [[local, remote("a")], { ...job, prefersLocal: true }, undefined, "local"],
  "a remote builder for what prefers a machine that cannot": [
    [x86Only, remote("a")],
    { ...job, prefersLocal: true },
    undefined,
    "ssh://a",
  ],
  "the faster of two": [[remote("a"), remote("b", { speedFactor: 2 })], job, undefined, "ssh://b"],
  "the first of two that are as fast": [[remote("a"), remote("b")], job, undefined, "ssh://a"],
  "one that emulates, if its speed factor is higher": [
    [builder("ssh://native", { [arm]: "native" }), builder("ssh://qemu", { [arm]: "emulated" }, { speedFactor: 2 })],
    job,
    undefined,
    "ssh://qemu",
  ],
  "one that is known to refuse it: Nix believes its line": [
    [builder("ssh://refuses", { [arm]: "impossible" }, { speedFactor: 2 }), remote("b")],
    job,
    undefined,
    "ssh://refuses",
  ],
  "a speed factor of 0 counts as 1": [
    [remote("a", { speedFactor: 0 }), remote("b", { speedFactor: 0.5 })],
    job,
    undefined,
    "ssh://a",
  ],
  "the idle one rather than the faster one that is busy": [
    [remote("a", { maxJobs: 4 }), remote("b", { maxJobs: 4, speedFactor: 4 })],
    job,
    load({ "ssh://b": 1 }),
    "ssh://a",
  ],
  "the lower load per speed factor": [
    [remote("a", { maxJobs: 4 }), remote("b", { maxJobs: 8, speedFactor: 4 })],
    job,
    load({ "ssh://a": 1, "ssh://b": 3 }),
    "ssh://b",
  ],
  "the faster one, while 1 / 4 is 0 (before 2.20)": [
    [remote("a", { maxJobs: 4 }), remote("b", { maxJobs: 4, speedFactor: 4 })],
    job,
    load({ "ssh://b": 1 }, true),
    "ssh://b",
  ],
  "the lower load, while 1 / 4 and 0 / 4 are 0 (before 2.20)": [
    [remote("a", { maxJobs: 4, speedFactor: 4 }), remote("b", { maxJobs: 4, speedFactor: 4 })],
    job,
    load({ "ssh://a": 1 }, true),
    "ssh://b",
  ],
  "another one if all slots are in use": [
    [remote("a", { speedFactor: 9 }), remote("b")],
    job,
    load({ "ssh://a": 1 }),
    "ssh://b",
  ],
  "this machine, if all remote slots are in use": [[local, remote("a")], job, load({ "ssh://a": 1 }), "local"],
  "waiting, if those of this machine are, too": [[local, remote("a")], job, load({ "ssh://a": 1, local: 2 }), "wait"],
  "waiting, if this machine cannot": [[x86Only, remote("a")], job, load({ "ssh://a": 1 }), "wait"],
  "waiting for ever for a line without slots": [[x86Only, remote("a", { maxJobs: 0 })], job, undefined, "wait"],
  "this machine's queue, if no remote builder has the type": [
    [local, builder("ssh://x86", { "x86_64-linux": "native" })],
    job,
    load({ local: 2 }),
    "local",
  ],
  "not this machine if it builds nothing": [
    [builder("local", { [arm]: "native" }, { maxJobs: 0 }), remote("a")],
    { ...job, prefersLocal: true },
    undefined,
    "ssh://a",
  ],
  "a line with the features": [
    [remote("a", { speedFactor: 9 }), remote("b", big)],
    { ...job, features: ["big-parallel"] },
    undefined,
    "ssh://b",
  ],
  "a mandatory feature counts as one that it has": [
    [remote("a", { mandatoryFeatures: ["kvm"] })],
    { ...job, features: ["kvm"] },
    undefined,
    "ssh://a",
  ],
  "not a line with a mandatory feature that is not required": [
    [remote("a", { mandatoryFeatures: ["kvm"], speedFactor: 9 }), remote("b")],
    job,
    undefined,
    "ssh://b",
  ],
  "not one that is not in effect": [
    [remote("a", { active: false, speedFactor: 9 }), remote("b")],
    job,
    undefined,
    "ssh://b",
  ],
  "the better line of an address": [
    [
      builderOf("ssh://two", [offer({ "x86_64-linux": "unknown" }, { speedFactor: 9 }), offer({ [arm]: "unknown" })]),
      remote("b", { speedFactor: 2 }),
    ],
    job,
    undefined,
    "ssh://b",
  ],
  "the lines of an address share its slots": [
    [
      builderOf("ssh://two", [
        offer({ [arm]: "unknown" }, { maxJobs: 1, speedFactor: 4 }),
        offer({ [arm]: "unknown" }, { maxJobs: 2 }),
      ]),
      remote("b"),
    ],
    job,
    load({ "ssh://two": 1 }),
    "ssh://b",
  ],
};

for (const [name, [builders, of, busy, expected]] of Object.entries(cases))
  test(`Nix gives a derivation to: ${name}`, () => assert.equal(nameOf(assign(of, builders, busy)), expected));

function nameOf(assignment: Assignment): string {
  return assignment.kind === "builder" ? assignment.builder.id : assignment.kind;
}

/** A transcription of the loop in `build-remote.cc`, line by line. */
function bestMachine(
  machines: readonly { id: string; speed: number; slots: number }[],
  { busy }: Load,
): string | undefined {
  let best: { id: string; speed: number; load: number } | undefined;
  for (const { id, speed, slots } of machines) {
    const used = Math.min(busy(id), slots);
    if (used >= slots) continue;
    if (
      best === undefined ||
      used / speed < best.load / best.speed ||
      (used / speed === best.load / best.speed && (speed > best.speed || (speed === best.speed && used < best.load)))
    )
      best = { id, speed, load: used };
  }
  return best?.id;
}

test("any builders under any load: the choice is that of Nix's own loop", () => {
  const machine = fc.record({ speed: fc.constantFrom(0.5, 1, 2, 3), slots: fc.nat(4), used: fc.nat(5) });
  fc.assert(
    fc.property(fc.array(machine, { maxLength: 6 }), list => {
      const machines = list.map((each, index) => ({ ...each, id: `ssh://${index}` }));
      const builders = machines.map(({ id, speed, slots }) =>
        builder(id, { [arm]: "unknown" }, { speedFactor: speed, maxJobs: slots }),
      );
      const used = load(Object.fromEntries(machines.map(({ id, used: count }) => [id, count])));
      const assignment = assign(job, builders, used);
      const expected = bestMachine(machines, used) ?? (machines.length === 0 ? "none" : "wait");
      assert.equal(nameOf(assignment), expected);
    }),
  );
});

test("the builders that Nix asks, in its order: remote ones by speed, then this machine, unless it is preferred", () => {
  const builders = [local, remote("slow"), remote("fast", { speedFactor: 3 }), remote("none", { maxJobs: 0 })];
  const ids = (of: Job) => askedInOrder(of, builders).map(({ id }) => id);
  assert.deepEqual(ids(job), ["ssh://fast", "ssh://slow", "local"]);
  assert.deepEqual(ids({ ...job, prefersLocal: true }), ["local", "ssh://fast", "ssh://slow"]);
});
