import assert from "node:assert/strict";
import { test } from "node:test";
import { attemptsIn } from "../../../../server/src/builders/check/attempt.ts";
import { outcomesOf } from "../../../../server/src/builders/check/outcomes.ts";
import type { Trial } from "../../../../server/src/builders/check/prove.ts";
import { maxRequests, type ProofRequest, proofRequests } from "../../../../server/src/builders/check/requests.ts";
import { eventsOf } from "../../../../server/src/nix/events/stream.ts";
import { builder, builderOf, offer } from "../../../support/builders.ts";
import { building, error, id } from "../../../support/streams.ts";

const [x86, arm] = ["x86_64-linux", "aarch64-linux"];
const pi = builder("ssh-ng://pi", { [x86]: "unknown", [arm]: "unknown" }, { supportedFeatures: ["kvm"] });
const at = "2026-11-30T10:00:00.000Z";

test("each system is tried, and the features of a line at once", () =>
  assert.deepEqual(proofRequests(pi), [
    { system: x86, features: [], proves: [] },
    { system: arm, features: [], proves: [] },
    { system: x86, features: ["kvm"], proves: ["kvm"] },
  ]));

/** Builder -> how many derivations are tried on it. */
const counts: readonly (readonly [string, Parameters<typeof proofRequests>[0], number])[] = [
  ["this machine, for its system only", builder("local", { [x86]: "native" }, { supportedFeatures: ["kvm"] }), 1],
  ["a line for a system without a program", builder("ssh://a", { "s390x-linux": "unknown" }), 0],
  ["a level of a processor", builder("ssh://a", { "x86_64-v3-linux": "unknown" }), 0],
  ["a builder that builds nothing", builder("ssh://a", { [x86]: "unknown" }, { maxJobs: 0 }), 0],
  ["a builder that is not in effect", builder("ssh://a", { [x86]: "unknown" }, { active: false }), 0],
  [
    "features that change how Nix builds",
    builder("ssh://a", { [x86]: "unknown" }, { supportedFeatures: ["uid-range"] }),
    1,
  ],
  ["a system in two lines", builderOf("ssh://a", [offer({ [x86]: "unknown" }), offer({ [x86]: "unknown" })]), 1],
  [
    "many lines",
    builderOf(
      "ssh://a",
      Array.from({ length: 30 }, (_, index) => offer({ [x86]: "unknown" }, { supportedFeatures: [`f${index}`] })),
    ),
    maxRequests,
  ],
];

for (const [name, of, count] of counts)
  test(`what is tried: ${name}`, () => assert.equal(proofRequests(of).length, count));

test("mandatory features are always required, and a refused one is tried again", () => {
  const refusal = { code: "x", severity: "error", message: "x" } as const;
  const only = builder(
    "ssh://a",
    { [arm]: "unknown" },
    { mandatoryFeatures: ["benchmark"], refusedFeatures: [{ feature: "kvm", provenAt: at, refusal }] },
  );
  assert.deepEqual(proofRequests(only), [
    { system: arm, features: ["benchmark"], proves: [] },
    { system: arm, features: ["benchmark", "kvm"], proves: ["benchmark", "kvm"] },
  ]);
});

const drvOf = (name: string) => `/nix/store/0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c0c-${name}.drv`;

function trial(request: ProofRequest, name: string, output?: string): Trial {
  return { request, drvPath: drvOf(name), output };
}

function outcomes(
  trials: readonly Trial[],
  lines: readonly string[],
  facts = { processor: "x86_64", emulates: [arm] },
) {
  const end = { kind: "exited", code: 0, stdout: "", stderr: "" } as const;
  return outcomesOf(pi, { trials, attempts: attemptsIn(lines.flatMap(eventsOf)), end }, facts, at);
}

const request = (system: string, ...proves: string[]): ProofRequest => ({ system, features: proves, proves });
const refused = (name: string, text: string) => error(`build of '${drvOf(name)}' on 'ssh-ng://pi' failed: ${text}`);

test("what was built is a proof, with its mode", () => {
  const { proofs, open } = outcomes(
    [trial(request(x86), "a", "x86_64"), trial(request(arm), "b", "")],
    [building(id(1), drvOf("a"), pi.id), building(id(2), drvOf("b"), pi.id)],
  );
  assert.deepEqual(
    proofs.map(({ system, outcome }) => [system, outcome]),
    [
      [x86, { kind: "built", mode: "native" }],
      [arm, { kind: "built", mode: "emulated" }],
    ],
  );
  assert.deepEqual(open, []);
});

test("what ran on another builder proves that one", () => {
  const { proofs } = outcomes([trial(request(x86), "a", "aarch64")], [building(id(1), drvOf("a"), "ssh-ng://other")]);
  assert.deepEqual(
    proofs.map(each => [each.builder, each.outcome]),
    [["ssh-ng://other", { kind: "built", mode: "emulated" }]],
  );
});

test("what exists without having been built anywhere proves nothing", () => {
  const { proofs, open } = outcomes([trial(request(x86), "a", "x86_64")], []);
  assert.deepEqual([proofs.length, open.length], [0, 1]);
});

test("features that its own Nix lacks are refused, the others are not", () => {
  const wants = `a '${x86}' with features {big-parallel, kvm} is required to build '${drvOf("f")}', but I am a '${x86}' with features {big-parallel}`;
  const { proofs, open } = outcomes([trial(request(x86, "big-parallel", "kvm"), "f")], [refused("f", wants)]);
  assert.deepEqual(
    proofs.map(({ feature, outcome }) => [feature, outcome.kind]),
    [["kvm", "refused"]],
  );
  assert.equal(open.length, 0);
});

test("a trial without an answer stays open, with what Nix said", () => {
  const failed = refused("a", `builder for '${drvOf("a")}' failed with exit code 1`);
  const { proofs, open } = outcomes([trial(request(x86), "a"), trial(request(arm), "b")], [failed]);
  assert.equal(proofs.length, 0);
  assert.deepEqual(
    open.map(({ refusal }) => refusal?.kind),
    ["other", undefined],
  );
});
