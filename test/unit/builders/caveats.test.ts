import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { caveatsFor } from "../../../server/src/builders/caveats.ts";
import type { Job } from "../../../server/src/builders/schedule.ts";
import type { Builder } from "../../../server/src/protocol.ts";
import { builder } from "../../support/builders.ts";

const arm = "aarch64-linux";
const job: Job = { system: arm, features: [] };
const emulatedHere = builder("local", { [arm]: "emulated" });
const here = builder("local", { [arm]: "native" });
const pi = builder("ssh://pi", { [arm]: "native" });
const qemu = builder("ssh://qemu", { [arm]: "emulated" });
const fastQemu = builder("ssh://qemu", { [arm]: "emulated" }, { speedFactor: 2 });
const claims = builder("ssh://claims", { [arm]: "unknown" });
const refuses = builder("ssh://refuses", { [arm]: "impossible" }, { speedFactor: 2 });

const slow = "several times slower; tests may fail.";

/** builders, derivations -> kind and text of each caveat. */
const cases: Record<string, [builders: Builder[], jobs: Job[], expected: [kind: string, message: string][]]> = {
  "a native builder": [[emulatedHere, pi], [job], []],
  "what is not known to be emulated": [[emulatedHere, claims], [job], []],
  "emulation here": [[emulatedHere], [job], [["emulated", `This machine emulates aarch64-linux: ${slow}`]]],
  "emulation on a remote builder": [[qemu], [job], [["emulated", `qemu emulates aarch64-linux: ${slow}`]]],
  "once for many derivations": [
    [emulatedHere],
    [job, { ...job, features: [] }],
    [["emulated", `This machine emulates aarch64-linux: ${slow}`]],
  ],
  "a faster line that emulates": [
    [pi, fastQemu],
    [job],
    [
      [
        "emulation-preferred",
        `qemu emulates aarch64-linux: ${slow} Nix prefers it to pi, which builds aarch64-linux natively, because its speed factor is higher (2, not 1). Build on pi to avoid it.`,
      ],
    ],
  ],
  "an earlier line that emulates": [
    [qemu, pi],
    [job],
    [
      [
        "emulation-preferred",
        `qemu emulates aarch64-linux: ${slow} Nix prefers it to pi, which builds aarch64-linux natively, because its line comes first. Build on pi to avoid it.`,
      ],
    ],
  ],
  "a remote builder that emulates": [
    [here, qemu],
    [job],
    [
      [
        "emulation-preferred",
        `qemu emulates aarch64-linux: ${slow} Nix prefers it to this machine, which builds aarch64-linux natively, because it is remote. Build on this machine to avoid it.`,
      ],
    ],
  ],
  "emulation of what prefers this machine, beside a builder that is not verified": [
    [emulatedHere, claims],
    [job, { ...job, prefersLocal: true }],
    [["emulated", `Nix builds what prefers a local build on this machine, which emulates aarch64-linux: ${slow}`]],
  ],
  "emulation of what prefers this machine, as of everything": [
    [emulatedHere],
    [{ ...job, prefersLocal: true }, job],
    [["emulated", `This machine emulates aarch64-linux: ${slow}`]],
  ],
  "emulation of what prefers this machine": [
    [emulatedHere, pi],
    [job, { ...job, prefersLocal: true }],
    [["emulated", `Nix builds what prefers a local build on this machine, which emulates aarch64-linux: ${slow}`]],
  ],
  "a builder that refuses, and one that can": [
    [refuses, claims],
    [job],
    [
      [
        "refused",
        "Nix asks refuses first for aarch64-linux, because its line in 'builders' names it, but refuses refused it.",
      ],
    ],
  ],
  "a builder that refuses, and no other": [[refuses], [job], []],
  "this machine cannot run what prefers it": [
    [builder("local", { [arm]: "impossible" }), pi],
    [{ ...job, prefersLocal: true }],
    [["refused", "Nix builds some of it on this machine, which cannot run programs for aarch64-linux."]],
  ],
  "no builder": [[], [job], []],
};

for (const [name, [builders, jobs, expected]] of Object.entries(cases))
  test(`worth knowing before a build: ${name}`, () => {
    assert.deepEqual(
      caveatsFor(jobs, builders).map(({ kind, message }) => [kind, message]),
      expected,
    );
  });

test("whatever the builders, a caveat is about those that Nix may use, once per system and builder", () => {
  const mode = fc.constantFrom("native", "compatible", "emulated", "unknown", "impossible");
  const any = fc.record({ mode, speedFactor: fc.constantFrom(0, 0.5, 1, 2), maxJobs: fc.nat(2), active: fc.boolean() });
  const jobs = [job, { ...job, prefersLocal: true as const }, { system: "riscv64-linux", features: ["kvm"] }];
  fc.assert(
    fc.property(fc.array(any, { maxLength: 5 }), fc.boolean(), (list, hasLocal) => {
      const builders = list.map(({ mode: how, ...fields }, index) =>
        builder(hasLocal && index === 0 ? "local" : `ssh://${index}`, { [arm]: how }, fields),
      );
      const found = caveatsFor(jobs, builders);
      for (const { builder: first, native, system } of found) {
        assert.ok(builders.includes(first) && first !== native);
        assert.ok(native === undefined || builders.includes(native));
        assert.equal(system, arm);
      }
      const keys = found.map(({ kind, builder: { id } }) => `${kind} ${id}`);
      assert.equal(new Set(keys).size, keys.length);
    }),
  );
});
