import assert from "node:assert/strict";
import { test } from "node:test";
import { builder } from "../../../support/builders.ts";
import { arm, asked, builders, etc, explain, hello, helloFails, system } from "../../../support/failures.ts";
import { error, message } from "../../../support/streams.ts";

const offers = "This machine builds x86_64-linux, armv7l-linux (emulated). other builds i686-linux.";

/** Each version's message about what no builder can build -> our message. */
const refused: Record<string, [lines: string[], needed: string]> = {
  "2.3 to 2.29, Lix": [
    [
      error(
        `a 'aarch64-linux' with features {} is required to build '${etc}', but I am a 'x86_64-linux' with features {benchmark, kvm}`,
      ),
    ],
    "etc for 'aarch64-linux'",
  ],
  "2.30 to 2.33": [
    [
      error(
        `Cannot build '${etc}'.\nReason: required system or feature not available\nRequired system: 'aarch64-linux' with features {kvm2}\nCurrent system: 'x86_64-linux' with features {kvm}`,
      ),
    ],
    "etc for 'aarch64-linux' with features kvm2",
  ],
  "2.34, another system": [
    [
      error(
        `Cannot build '${etc}'.\nReason: platform mismatch\nRequired system: 'aarch64-linux'\nCurrent system: 'x86_64-linux'`,
      ),
    ],
    "etc for 'aarch64-linux'",
  ],
  "2.34, nothing may be built here": [
    [
      error(
        `Cannot build '${etc}'.\nReason: local builds are disabled (max-jobs = 0)\nHint: set 'max-jobs' to a non-zero value\nReason: platform mismatch\nRequired system: 'aarch64-linux'\nCurrent system: 'x86_64-linux'`,
      ),
    ],
    "etc for 'aarch64-linux'",
  ],
  "a remote builder of 2.8 that takes no such thing, and nothing may be built here": [
    [
      message(
        1,
        `Failed to find a machine for remote build!\nderivation: ${etc.slice(11)}\nrequired (system, features): (aarch64-linux, )\n1 available machines:\n(systems, maxjobs, supportedFeatures, mandatoryFeatures)\n(x86_64-linux, 2, , )`,
      ),
      error("unable to start any build; remote machines may not have all required system features."),
    ],
    "etc for 'aarch64-linux'",
  ],
  "the same with features, of 2.26": [
    [
      message(
        1,
        `Failed to find a machine for remote build!\nderivation: ${etc.slice(11)}\nrequired (system, features): (aarch64-linux, [kvm2, nixos-test])\n1 available machines:\n(systems, maxjobs, supportedFeatures, mandatoryFeatures)\n([x86_64-linux], 2, [], [])`,
      ),
      error("Unable to start any build;\n either increase '--max-jobs' or enable remote builds."),
    ],
    "etc for 'aarch64-linux' with features kvm2, nixos-test",
  ],
  "a remote Nix that says so": [
    [
      error(
        `build of '${etc}' on '${arm}' failed: a 's390x-linux' with features {} is required to build '${etc}', but I am a 'aarch64-linux' with features {}`,
      ),
    ],
    "etc for 's390x-linux'",
  ],
};

for (const [name, [lines, needed]] of Object.entries(refused)) {
  test(`no builder can build it: ${name}`, () => {
    const {
      code,
      severity,
      message: said,
      detail,
    } = explain([...lines, error(`1 dependencies of derivation '${system}' failed to build`)]);
    assert.deepEqual([code, severity], ["no-builder", "error"]);
    assert.ok(said.startsWith(`No builder can build ${needed}. ${offers} Add a builder`), said);
    assert.match(detail ?? "", /required|Required|local builds are disabled/);
  });
}

const boast = builder(arm, { "aarch64-linux": "unknown", "x86_64-linux": "unknown" }, { supportedFeatures: ["kvm"] });

/** What the Nix of a builder says -> what that means if its line here says that it builds both systems and has kvm. */
const refusals: Record<string, [said: string, message: string]> = {
  "another system": [
    `a 'aarch64-linux' with features {} is required to build '${etc}', but I am a 'x86_64-linux' with features {}`,
    "builder-arm does not build aarch64-linux, although its line in 'builders' says so. Set boot.binfmt.emulatedSystems (or 'extra-platforms') there, or remove the system from the line.",
  ],
  "another system, 2.30 to 2.33": [
    `Cannot build '${etc}'.\nReason: required system or feature not available\nRequired system: 'aarch64-linux' with features {}\nCurrent system: 'x86_64-linux' with features {kvm}`,
    "builder-arm does not build aarch64-linux, although its line in 'builders' says so. Set boot.binfmt.emulatedSystems (or 'extra-platforms') there, or remove the system from the line.",
  ],
  "a feature": [
    `a 'x86_64-linux' with features {kvm} is required to build '${etc}', but I am a 'x86_64-linux' with features {big-parallel}`,
    "builder-arm does not have the system feature 'kvm', although its line in 'builders' says so. Add it to 'system-features' there, or remove it from the line.",
  ],
};

for (const [name, [said, expected]] of Object.entries(refusals))
  test(`a builder refuses what its line says that it builds: ${name}`, () => {
    const line = error(`build of '${etc}' on '${arm}' failed: ${said}`);
    const { code, message: shown, detail } = explain([line], {}, { builders: [...builders.slice(0, 1), boast] });
    assert.deepEqual([code, shown], ["builder-refused", expected]);
    assert.match(detail ?? "", /features/);
  });

test("a builder refuses what no line says that it builds", () => {
  const said = `build of '${etc}' on '${arm}' failed: a 'riscv64-linux' with features {} is required to build '${etc}', but I am a 'x86_64-linux' with features {}`;
  assert.equal(explain([error(said)], {}, { builders: [...builders.slice(0, 1), boast] }).code, "no-builder");
});

test("only the chosen builder is mentioned", () => {
  const [lines] = refused["2.34, another system"] ?? assert.fail();
  const request = { ...asked, place: { kind: "only", builder: "ssh://other" } } as const;
  assert.match(
    explain(lines, {}, { request }).message,
    /^No builder can build etc for 'aarch64-linux'\. other builds i686-linux\. Add/,
  );
});

test("while the builders are unknown, none is mentioned", () => {
  const [lines] = refused["2.34, another system"] ?? assert.fail();
  assert.match(
    explain(lines, {}, { builders: [] }).message,
    /^No builder can build etc for 'aarch64-linux'\. +Add a builder/,
  );
});

const noMachine = (needs: string, machines: string) =>
  message(
    1,
    `Failed to find a machine for remote build!\nderivation: ${etc.slice(11)}\nrequired (system, features): (${needs})\n1 available machines:\n(systems, maxjobs, supportedFeatures, mandatoryFeatures)\n(${machines})`,
  );
const nothingStarts = error("unable to start any build; remote machines may not have all required system features.");

/** Each version's message about a feature that no builder has -> the missing features, and the system if the message names it. */
const features: Record<string, [lines: string[], missing: string, system?: string]> = {
  "2.3 to 2.29, Lix": [
    [
      error(
        `a 'x86_64-linux' with features {kvm2, big-parallel} is required to build '${etc}', but I am a 'x86_64-linux' with features {big-parallel, kvm}`,
      ),
    ],
    "'kvm2'",
    "x86_64-linux",
  ],
  "Lix 2.93, with its hint": [
    [
      error(
        `a 'x86_64-linux' with features {kvm2} is required to build '${etc}', but I am a 'x86_64-linux' with features {kvm}\n\nHint: the failing derivation has allowSubstitutes set to false, forcing it to be built rather than substituted.\nPassing --always-allow-substitutes`,
      ),
    ],
    "'kvm2'",
    "x86_64-linux",
  ],
  "2.30 to 2.33": [
    [
      error(
        `Cannot build '${etc}'.\nReason: required system or feature not available\nRequired system: 'x86_64-linux' with features {a, b}\nCurrent system: 'x86_64-linux' with features {}`,
      ),
    ],
    "'a', 'b'",
    "x86_64-linux",
  ],
  "2.34 and 2.35": [
    [
      error(
        `Cannot build '${etc}'.\nReason: missing system features\nRequired features: {kvm2, big-parallel}\nAvailable features: {big-parallel, kvm}`,
      ),
    ],
    "'kvm2'",
  ],
  "remote builders of 2.8": [
    [noMachine("x86_64-linux, kvm2", "x86_64-linux, 2, big-parallel, "), nothingStarts],
    "'kvm2'",
    "x86_64-linux",
  ],
  "remote builders of 2.26 for another system": [
    [
      noMachine("aarch64-linux, [kvm2, nixos-test]", "[armv7l-linux, aarch64-linux], 2, [nixos-test], []"),
      error("Unable to start any build;\n either increase '--max-jobs' or enable remote builds."),
    ],
    "'kvm2', 'nixos-test'",
    "aarch64-linux",
  ],
};

for (const [name, [lines, missing, forSystem]] of Object.entries(features)) {
  test(`a feature that no builder has: ${name}`, () => {
    const { code, message: said } = explain(lines);
    assert.equal(code, "missing-feature");
    const whose = forSystem === undefined ? "no builder has" : `no builder for '${forSystem}' has`;
    assert.ok(
      said.startsWith(`No builder can build etc: it needs the system feature ${missing}, which ${whose}. `),
      said,
    );
  });
}

test("the message about kvm says what provides it", () => {
  const said = `Cannot build '${etc}'.\nReason: missing system features\nRequired features: {kvm}\nAvailable features: {}`;
  assert.match(explain([error(said)]).message, /\/dev\/kvm/);
});

/** Each version's message when local builds are disabled and no builder was asked -> the derivation. */
const noJobs: Record<string, [said: string, what: string]> = {
  "2.3": [
    "unable to start any build; either increase '--max-jobs' or enable remote builds",
    "the remaining derivations",
  ],
  "2.4 to 2.20": [
    "unable to start any build; either increase '--max-jobs' or enable remote builds.\nhttps://nixos.org/manual/nix/stable/advanced-topics/distributed-builds.html",
    "the remaining derivations",
  ],
  "2.21 to 2.29": [
    "Unable to start any build;\n  either increase '--max-jobs' or enable remote builds.\n  For more information run 'man nix.conf' and search for '/machines'.",
    "the remaining derivations",
  ],
  "2.30 to 2.33": [
    "Unable to start any build;\neither increase '--max-jobs' or enable remote builds.",
    "the remaining derivations",
  ],
  "2.34 and 2.35": [
    `Cannot build '${etc}'.\nReason: local builds are disabled (max-jobs = 0)\nHint: set 'max-jobs' to a non-zero value to enable local builds, or configure remote builders via 'builders'`,
    "etc",
  ],
  Lix: [
    "unable to start any build; either set '--max-jobs' to a non-zero value or enable remote builds.\nhttps://docs.lix.systems/manual",
    "the remaining derivations",
  ],
};

for (const [name, [said, what]] of Object.entries(noJobs)) {
  test(`nothing may be built here: ${name}`, () => {
    const alone = explain([error(said)], {}, { builders: builders.slice(0, 1) });
    assert.equal(alone.code, "no-local-builds");
    assert.ok(alone.message.startsWith(`No builder for ${what}: local builds are disabled`), alone.message);
    assert.match(alone.message, /Set 'max-jobs' to 1/);
    // A daemon that does not trust the user does not say that it takes no builders from them.
    const withOther = explain([error(said)]);
    assert.equal(withOther.code, "no-local-builds");
    assert.match(withOther.message, /it has other\. .*'trusted-users'/);
  });
}

test("remote builders were asked, and none accepts it", () => {
  const { code, message: said } = explain([nothingStarts]);
  assert.equal(code, "no-builder");
  assert.ok(said.endsWith(offers), said);
});

test("a missing builder for one derivation does not matter if another failed on its own", () => {
  const { code, message: said } = explain([
    noMachine("aarch64-linux, ", "x86_64-linux, 2, , "),
    ...helloFails([], [`builder for '${hello}' failed with exit code 2`]),
  ]);
  assert.deepEqual([code, said], ["derivation-failed", "hello-2.12.1 failed with exit code 2."]);
});
