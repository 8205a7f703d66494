import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { canBuild, canBuildAll, modeOn, type Verdict } from "../../../server/src/builders/capability.ts";
import { capabilityOf } from "../../../server/src/builders/capabilityText.ts";
import { errorProblem } from "../../../server/src/outcome.ts";
import type { Builder, BuilderSystem, Capability } from "../../../server/src/protocol.ts";
import { builder, builderOf, offer } from "../../support/builders.ts";

const arm = "aarch64-linux";
const x86 = "x86_64-linux";

const emulator = "/run/binfmt/aarch64-linux";
const emulates = builderOf("local", [
  { ...offer({}), systems: [{ system: arm, mode: "emulated", known: "settings", emulator }] },
]);
const claims = builder("ssh://pi", { [arm]: "unknown" }, { supportedFeatures: ["big-parallel"] });
const kvmOnly = builder("ssh://pi", { [arm]: "unknown" }, { supportedFeatures: [], mandatoryFeatures: ["kvm"] });
/** As NixOS writes one builder of several systems: a line each. */
const lines = builderOf("ssh://pi", [
  offer({ [x86]: "unknown" }, { supportedFeatures: ["big-parallel"] }),
  offer({ "i686-linux": "unknown" }, { supportedFeatures: ["benchmark"] }),
]);

const provenAt = "2026-11-30T10:00:00.000Z";
const refusal = errorProblem("builder-refused", "pi does not build aarch64-linux, although its line says so.");
/** What a builder with one system is once that was tried. */
const tried = (fields: Omit<BuilderSystem, "system" | "known" | "provenAt">) =>
  builderOf("ssh://pi", [offer({}, { systems: [{ system: arm, known: "proven", provenAt, ...fields }] })]);

type Case = readonly [
  builder: Builder,
  system: string,
  features: readonly string[],
  expected: Pick<Capability, "can" | "mode" | "known" | "label" | "why">,
];

const able = (mode: Capability["mode"], known: Capability["known"], label: string, why: string) => ({
  can: true,
  mode,
  known,
  label,
  why,
});
const unable = (known: Capability["known"], label: string, why: string) => ({
  can: false,
  mode: "impossible" as const,
  known,
  label: `cannot build ${label}`,
  why,
});

/** Builder, system and features -> whether it can, how, how that is known, and the texts. */
const cases: Record<string, Case> = {
  "its own system": [
    builder("local", { [x86]: "native" }),
    x86,
    [],
    able("native", "settings", "native", "This machine builds x86_64-linux natively."),
  ],
  "what its processor runs, too": [
    builder("local", { "i686-linux": "compatible" }),
    "i686-linux",
    [],
    able(
      "compatible",
      "settings",
      "compatible",
      "This machine builds i686-linux, which its processor can run as well.",
    ),
  ],
  "what it emulates": [
    emulates,
    arm,
    [],
    able("emulated", "settings", "emulated", `This machine emulates aarch64-linux with ${emulator}.`),
  ],
  "what it built natively": [
    tried({ mode: "native" }),
    arm,
    [],
    able("native", "proven", "native", "pi builds aarch64-linux natively (verified on 2026-11-30)."),
  ],
  "what it built under emulation": [
    tried({ mode: "emulated" }),
    arm,
    [],
    able("emulated", "proven", "emulated", "pi emulates aarch64-linux (verified on 2026-11-30)."),
  ],
  "what it built, natively or not": [
    tried({ mode: "unknown" }),
    arm,
    [],
    able(
      "unknown",
      "proven",
      "verified, native or emulated",
      "pi builds aarch64-linux, natively or emulated (verified on 2026-11-30).",
    ),
  ],
  "what it refused, although its line says so": [
    tried({ mode: "impossible", refusal }),
    arm,
    [],
    unable("proven", arm, "pi does not build aarch64-linux, although its line says so. (Tried on 2026-11-30.)"),
  ],
  "a feature that it refused": [
    builder(
      "ssh://pi",
      { [arm]: "unknown" },
      { refusedFeatures: [{ feature: "kvm", provenAt, refusal: errorProblem("builder-refused", "pi has no kvm.") }] },
    ),
    arm,
    ["kvm"],
    unable("proven", arm, "pi has no kvm. (Tried on 2026-11-30.)"),
  ],
  "what its line claims": [
    claims,
    arm,
    [],
    able(
      "unknown",
      "claimed",
      "declared, not verified",
      "pi builds aarch64-linux according to its line in 'builders' (not verified).",
    ),
  ],
  "what a line of a file claims": [
    builder(
      "ssh://pi",
      { [arm]: "unknown" },
      { origin: { source: "machines file", file: "/etc/nix/machines", line: 3 } },
    ),
    arm,
    [],
    able(
      "unknown",
      "claimed",
      "declared, not verified",
      "pi builds aarch64-linux according to line 3 of /etc/nix/machines (not verified).",
    ),
  ],
  "a feature that it has": [
    claims,
    arm,
    ["big-parallel"],
    able(
      "unknown",
      "claimed",
      "declared, not verified",
      "pi builds aarch64-linux according to its line in 'builders' (not verified).",
    ),
  ],
  "a mandatory feature, which counts as one that it has": [
    kvmOnly,
    arm,
    ["kvm"],
    able(
      "unknown",
      "claimed",
      "declared, not verified",
      "pi builds aarch64-linux according to its line in 'builders' (not verified).",
    ),
  ],
  "another system": [claims, x86, [], unable("claimed", x86, "pi builds aarch64-linux.")],
  "another system, of this machine": [
    builder("local", {
      [x86]: "native",
      "x86_64-v2-linux": "compatible",
      [arm]: "emulated",
      "armv7l-linux": "impossible",
    }),
    "riscv64-linux",
    [],
    unable("settings", "riscv64-linux", "This machine builds x86_64-linux, aarch64-linux (emulated)."),
  ],
  "a system that Nix would let it build and that nothing runs": [
    builder("local", { [arm]: "impossible" }),
    arm,
    [],
    unable("settings", arm, "This machine is configured to build for aarch64-linux, but cannot run its programs."),
  ],
  "a feature that it does not have": [
    claims,
    arm,
    ["kvm", "big-parallel"],
    unable("claimed", arm, "pi does not have the system feature 'kvm'."),
  ],
  "features that it does not have": [
    claims,
    arm,
    ["kvm", "nixos-test"],
    unable("claimed", arm, "pi does not have the system features 'kvm', 'nixos-test'."),
  ],
  "one that takes only what needs its feature": [
    kvmOnly,
    arm,
    [],
    unable("claimed", arm, "pi builds only derivations that require the system feature 'kvm'."),
  ],
  "one that takes only what needs all of its features": [
    builder("ssh://pi", { [arm]: "unknown" }, { mandatoryFeatures: ["kvm", "benchmark"] }),
    arm,
    ["kvm"],
    unable("claimed", arm, "pi builds only derivations that require the system features 'kvm', 'benchmark'."),
  ],
  "one that builds nothing": [
    builder("local", { [x86]: "native" }, { maxJobs: 0 }),
    x86,
    [],
    unable("settings", x86, "This machine builds nothing: its 'max-jobs' is 0."),
  ],
  "one that is not in effect here": [
    builder("ssh://pi", { [arm]: "unknown" }, { active: false }),
    arm,
    [],
    unable("claimed", arm, "pi is declared, but not in effect here."),
  ],
  "what the second of its lines takes": [
    lines,
    "i686-linux",
    ["benchmark"],
    able(
      "unknown",
      "claimed",
      "declared, not verified",
      "pi builds i686-linux according to its line in 'builders' (not verified).",
    ),
  ],
  "what only two of its lines together would take": [
    lines,
    "i686-linux",
    ["big-parallel"],
    unable("claimed", "i686-linux", "pi does not have the system feature 'big-parallel'."),
  ],
  "what none of its lines takes": [lines, arm, [], unable("claimed", arm, "pi builds x86_64-linux, i686-linux.")],
  "a line of the system that is not in force, and one of another": [
    builderOf("ssh://pi", [offer({ [arm]: "unknown" }, { active: false }), offer({ [x86]: "unknown" })]),
    arm,
    [],
    unable("claimed", arm, "pi builds x86_64-linux."),
  ],
};

for (const [name, [of, system, features, expected]] of Object.entries(cases))
  test(`a builder ${expected.can ? "can" : "cannot"} build ${name}`, () => {
    const need = { system, features };
    assert.deepEqual(capabilityOf(of, { need, verdict: canBuild(of, need) }), expected);
  });

test("of several lines that accept it, the fastest counts", () => {
  const fast = offer({ [arm]: "unknown" }, { speedFactor: 3 });
  const slow = offer({ [arm]: "unknown" });
  const verdict: Verdict = { can: true, mode: "unknown", known: "claimed", emulator: undefined, offer: fast };
  for (const offers of [
    [slow, fast],
    [fast, slow],
  ])
    assert.deepEqual(canBuild(builderOf("ssh://pi", offers), { system: arm, features: [] }), verdict);
});

test("a builder builds all of something when it builds each part; an obstacle is reported first", () => {
  const needs = [arm, x86].map(system => ({ system, features: [] }));
  assert.equal(canBuildAll(claims, needs)?.need, needs[1]);
  const both = builder("local", { [arm]: "native", [x86]: "emulated" });
  assert.deepEqual(canBuildAll(both, needs), {
    need: needs[0],
    verdict: canBuild(both, { system: arm, features: [] }),
  });
  assert.equal(canBuildAll(both, []), undefined);
});

test("adding a line never removes a capability", () => {
  const word = fc.constantFrom("a", "b", "c");
  const anyOffer = fc
    .record({
      system: word,
      mode: fc.constantFrom("native" as const, "unknown" as const, "impossible" as const),
      maxJobs: fc.nat(2),
      supportedFeatures: fc.uniqueArray(word),
      mandatoryFeatures: fc.uniqueArray(word),
      active: fc.boolean(),
    })
    .map(({ system, mode, ...fields }) => offer({ [system]: mode }, fields));
  fc.assert(
    fc.property(fc.array(anyOffer), anyOffer, word, fc.uniqueArray(word), (offers, added, system, features) => {
      const [before, after] = [offers, [...offers, added]].map(list =>
        canBuild(builderOf("ssh://x", list), { system, features }),
      );
      assert.ok(before?.can !== true || after?.can === true);
      const alone = canBuild(builderOf("ssh://x", [added]), { system, features });
      assert.equal(after?.can, before?.can === true || alone.can);
    }),
  );
});

test("how a derivation is built on its assigned builder", () => {
  const builders = [emulates, lines];
  assert.equal(modeOn(undefined, arm, builders), "emulated");
  assert.equal(modeOn("ssh://pi", "i686-linux", builders), "unknown");
  assert.equal(modeOn("ssh://pi", arm, builders), undefined);
  assert.equal(modeOn("ssh://gone", arm, builders), undefined);
});
