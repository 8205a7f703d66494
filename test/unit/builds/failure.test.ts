import assert from "node:assert/strict";
import { test } from "node:test";
import { explainFailure } from "../../../server/src/builds/failure.ts";
import type { BuildResult } from "../../../server/src/builds/record.ts";
import { closeState } from "../../../server/src/builds/reduce.ts";
import type { Builder } from "../../../server/src/protocol.ts";
import { builder } from "../../support/builders.ts";
import { building, built, drv, error, id, logLine, message, stateAfter, stop, totals } from "../../support/streams.ts";

const [etc, hello, system] = [drv("etc"), drv("hello-2.12.1"), drv("nixos-system-eiffel")];
const arm = "ssh-ng://builder-arm";

const builders: Builder[] = [
  builder({ id: "local" }, { "x86_64-linux": "native", "x86_64-v2-linux": "compatible", "armv7l-linux": "emulated" }),
  builder({ id: "ssh://other" }, { "i686-linux": "claimed", "riscv64-linux": "impossible", "s390x-linux": "unknown" }),
];

/** What a stream and an end tell. */
function explain(lines: readonly string[], result: Partial<BuildResult> = {}, known = builders) {
  const state = stateAfter(lines);
  closeState(state, 0);
  return explainFailure({ state, result: { code: 1, signal: null, at: "", ...result }, builders: known });
}

const offers = "This machine builds x86_64-linux, armv7l-linux (emulated). other builds i686-linux.";

/** Every version's words for what nobody can build -> what we say of it. */
const nobody: Record<string, [lines: string[], needed: string]> = {
  "2.3 to 2.29, Lix": [
    [
      error(
        `a 'aarch64-linux' with features {} is required to build '${etc}', but I am a 'x86_64-linux' with features {benchmark, kvm}`,
      ),
    ],
    "etc for 'aarch64-linux'",
  ],
  "2.3 to 2.29, Lix, with features": [
    [
      error(
        `a 'x86_64-linux' with features {kvm2, big-parallel} is required to build '${etc}', but I am a 'x86_64-linux' with features {kvm}`,
      ),
    ],
    "etc for 'x86_64-linux' with features kvm2, big-parallel",
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
  "2.34, nothing may be built here, though it could be": [
    [error(`Cannot build '${etc}'.\nReason: local builds are disabled (max-jobs = 0)\nHint: set 'max-jobs'`)],
    "etc",
  ],
  "2.34, features": [
    [
      error(
        `Cannot build '${etc}'.\nReason: missing system features\nRequired features: {kvm2}\nAvailable features: {kvm}`,
      ),
    ],
    "etc with features kvm2",
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
        `build of '${etc}' on '${arm}' failed: a 'riscv64-linux' with features {} is required to build '${etc}', but I am a 'aarch64-linux' with features {}`,
      ),
    ],
    "etc for 'riscv64-linux'",
  ],
};

for (const [name, [lines, needed]] of Object.entries(nobody)) {
  test(`nobody can build it: ${name}`, () => {
    const {
      code,
      severity,
      message: said,
      detail,
    } = explain([...lines, error(`1 dependencies of derivation '${system}' failed to build`)]);
    assert.deepEqual([code, severity], ["no-builder", "error"]);
    assert.ok(said.startsWith(`Nobody can build ${needed}. ${offers} Add a builder`), said);
    assert.match(detail ?? "", /required|Required|local builds are disabled/);
  });
}

test("while the builders are not known, nobody is offered", () => {
  const [lines] = nobody["2.34, another system"] ?? assert.fail();
  assert.match(explain(lines, {}, []).message, /^Nobody can build etc for 'aarch64-linux'\. +Add a builder/);
});

const refused = [
  error(
    `cannot build on '${arm}': error: cannot open connection to remote store '${arm}': error: unexpected end-of-file`,
  ),
  "ssh: connect to host builder-arm port 22: Connection refused\r",
];

/** How Nix goes on when a builder does not answer. */
const unreachable: Record<string, string[]> = {
  "2.8, ssh-ng": [
    ...refused,
    error("unable to start any build; remote machines may not have all required system features."),
  ],
  "2.8, with the warning that nobody takes it": [
    ...refused,
    message(
      1,
      `Failed to find a machine for remote build!\nderivation: ${etc.slice(11)}\nrequired (system, features): (aarch64-linux, )`,
    ),
    error("unable to start any build; remote machines may not have all required system features."),
  ],
  "2.8, where this machine would build if it could": [
    ...refused,
    error(
      `a 'aarch64-linux' with features {} is required to build '${etc}', but I am a 'x86_64-linux' with features {}`,
    ),
  ],
  "2.34": [
    ...refused,
    error(`Cannot build '${etc}'.\nReason: local builds are disabled (max-jobs = 0)\nHint: set 'max-jobs'`),
    error(`Cannot build '${system}'.\nReason: 1 dependency failed.`),
  ],
};

for (const [name, lines] of Object.entries(unreachable)) {
  test(`a builder cannot be reached: ${name}`, () => {
    const { code, message: said, detail } = explain(lines);
    assert.equal(code, "builder-unreachable");
    assert.match(said, /^The builder ssh-ng:\/\/builder-arm cannot be reached\./);
    assert.match(detail ?? "", /cannot open connection to remote store.*Connection refused$/s);
  });
}

test("a builder cannot be reached: ssh, the old protocol", () => {
  const { code, message: said } = explain([
    error(
      "cannot build on 'ssh://host2': error: cannot connect to 'host2': Connection timed out during banner exchange",
    ),
  ]);
  assert.equal(code, "builder-unreachable");
  assert.match(said, /^The builder ssh:\/\/host2 /);
});

test("a connection that breaks in the middle of a build is named, not the exit code that Nix makes of it", () => {
  const { code, message: said } = explain([
    totals(id(1)),
    building(id(2), hello, arm),
    error("unexpected end-of-file"),
    error(`builder for '${hello}' failed with exit code 1`),
    stop(id(2)),
  ]);
  assert.equal(code, "builder-lost");
  assert.match(said, /^The connection to ssh-ng:\/\/builder-arm broke while it built hello-2\.12\.1\./);
});

test("a failure on one builder is not blamed on another that could not be reached", () => {
  const { code, message: said } = explain([
    ...refused,
    totals(id(1)),
    building(id(2), hello, "ssh-ng://other"),
    error(`build of '${hello}' on 'ssh-ng://other' failed: builder for '${hello}' failed with exit code 2`),
    stop(id(2)),
  ]);
  assert.deepEqual([code, said], ["derivation-failed", "hello-2.12.1 failed with exit code 2."]);
});

/** What Nix says of a derivation that failed -> what we say. */
const derivation: Record<string, [said: string, message: string]> = {
  "an exit code": [`builder for '${hello}' failed with exit code 2`, "hello-2.12.1 failed with exit code 2."],
  "an exit code in the words of 2.34": [
    `Cannot build '${hello}'.\nReason: builder failed with exit code 2.\nOutput paths:\n  /nix/store/x`,
    "hello-2.12.1 failed with exit code 2.",
  ],
  "a signal": [`builder for '${hello}' failed due to signal 9 (Killed)`, "hello-2.12.1 failed by signal 9."],
  "another reason": [
    `hash mismatch in fixed-output derivation '${hello}':\n  specified: sha256:a\n     got:    sha256:b`,
    `hello-2.12.1 failed (hash mismatch in fixed-output derivation '${hello}':).`,
  ],
};

for (const [name, [said, expected]] of Object.entries(derivation)) {
  test(`a derivation failed with ${name}`, () => {
    const problem = explain([
      totals(id(1)),
      building(id(2), hello),
      logLine(id(2), "\u001b[31mboom\u001b[0m"),
      error(said),
      built(id(1), 0, 2, 0, 1),
      stop(id(2)),
      error(`1 dependencies of derivation '${system}' failed to build`),
    ]);
    assert.deepEqual([problem.code, problem.message], ["derivation-failed", expected]);
    assert.equal(problem.detail, `${said}\nIts last log lines:\nboom`);
  });
}

test("of a build on a remote builder the builder's own exit code counts, which comes first", () => {
  const { message: said } = explain([
    totals(id(1)),
    building(id(2), hello, arm),
    error(
      `build of '${hello}' on '${arm}' failed: builder for '${hello}' failed with exit code 42;\nlast 1 log lines:\n> boom`,
    ),
    error(`builder for '${hello}' failed with exit code 1`),
    stop(id(2)),
  ]);
  assert.equal(said, "hello-2.12.1 failed with exit code 42.");
});

test("only a derivation that failed itself is named, and its log lines are in the detail only if there are any", () => {
  const said = `builder for '${hello}' failed with exit code 2`;
  const problem = explain([error(`1 dependencies of derivation '${system}' failed to build`), error(said)]);
  assert.deepEqual([problem.message, problem.detail], ["hello-2.12.1 failed with exit code 2.", said]);
});

test("a Nix that could not be started is said before anything else", () => {
  const { code, detail } = explain([error("whatever")], { code: null, error: "spawn nix-store ENOENT" });
  assert.deepEqual([code, detail], ["no-nix", "spawn nix-store ENOENT"]);
});

/** Anything else -> what we say. */
const others: Record<string, [lines: string[], result: Partial<BuildResult>, message: string]> = {
  "the last error": [
    [error("first"), error(`build of '${hello}' failed\nmore`)],
    {},
    `The build failed: build of '${hello}' failed`,
  ],
  "what was printed besides": [
    ["", "nix-store: command not found"],
    {},
    "The build failed: nix-store: command not found",
  ],
  "an exit code and no word": [[], { code: 3 }, "Nix ended with exit code 3 and said nothing."],
  "a signal and no word": [[], { code: null, signal: "SIGKILL" }, "Nix ended with SIGKILL and said nothing."],
};

for (const [name, [lines, result, expected]] of Object.entries(others)) {
  test(`any other failure is told by ${name}`, () => {
    const { code, message: said } = explain(lines, result);
    assert.deepEqual([code, said], ["build-failed", expected]);
  });
}
