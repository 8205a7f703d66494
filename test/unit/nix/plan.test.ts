import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDryRun, planOf } from "../../../server/src/nix/evaluation/plan.ts";
import type { Plan } from "../../../server/src/protocol.ts";
import { exited, fakeNix } from "../../support/fakeNix.ts";
import { drv, storePath } from "../../support/streams.ts";

const [linux, etc, system] = [drv("linux-6.1.38"), drv("etc"), drv("nixos-system-web01")];
const [glibc, hello] = [storePath("glibc-2.37"), storePath("hello-2.12.1")];

const nothing: Plan = { build: [], fetch: [], downloadBytes: undefined, unpackedBytes: undefined };

/** What a dry run prints -> the plan. */
const cases: Record<string, { text: string; plan: Partial<Plan> }> = {
  "nothing to do": { text: "", plan: {} },
  "one derivation": { text: `this derivation will be built:\n  ${system}\n`, plan: { build: [system] } },
  "many derivations": {
    text: `these 3 derivations will be built:\n  ${linux}\n  ${etc}\n  ${system}\n`,
    plan: { build: [linux, etc, system] },
  },
  "many derivations in the words of 2.3": {
    text: `these derivations will be built:\n  ${etc}\n  ${system}\n`,
    plan: { build: [etc, system] },
  },
  "one path": {
    text: `this path will be fetched (0.10 MiB download, 0.50 MiB unpacked):\n  ${hello}\n`,
    plan: { fetch: [hello], downloadBytes: 104_858, unpackedBytes: 524_288 },
  },
  "many paths in the words of 2.3": {
    text: `these paths will be fetched (12.34 MiB download, 56.78 MiB unpacked):\n  ${glibc}\n  ${hello}\n`,
    plan: { fetch: [glibc, hello], downloadBytes: 12_939_428, unpackedBytes: 59_538_145 },
  },
  "sizes in other units": {
    text: `these 2 paths will be fetched (1.50 KiB download, 2.00 GiB unpacked):\n  ${glibc}\n  ${hello}\n`,
    plan: { fetch: [glibc, hello], downloadBytes: 1536, unpackedBytes: 2_147_483_648 },
  },
  "sizes from the smallest to the largest": {
    text: `this path will be fetched (10 B download, 1.00 TiB unpacked):\n  ${hello}\n`,
    plan: { fetch: [hello], downloadBytes: 10, unpackedBytes: 1_099_511_627_776 },
  },
  "sizes in unknown units": {
    text: `this path will be fetched (1 parsec download, 2 parsec unpacked):\n  ${hello}\n`,
    plan: { fetch: [hello] },
  },
  both: {
    text: `this derivation will be built:\n  ${system}\nthese 2 paths will be fetched (1.00 MiB download, 4.00 MiB unpacked):\n  ${glibc}\n  ${hello}\n`,
    plan: { build: [system], fetch: [glibc, hello], downloadBytes: 1_048_576, unpackedBytes: 4_194_304 },
  },
  "warnings before, between and after": {
    text: `warning: unknown setting 'experimental-features'\nthese 2 derivations will be built:\n  ${etc}\nwarning: unable to download 'https://cache.example.org/nix-cache-info'\n  ${linux}\nthis path will be fetched (1.00 MiB download, 4.00 MiB unpacked):\n  ${hello}\ndon't know how to build these paths:\n  ${glibc}\n`,
    plan: { build: [etc], fetch: [hello], downloadBytes: 1_048_576, unpackedBytes: 4_194_304 },
  },
};

for (const [name, { text, plan }] of Object.entries(cases))
  test(`dry run: ${name}`, () => assert.deepEqual(parseDryRun(text), { ...nothing, ...plan }));

test("the dry run of a plan does not affect Nix's cache of substituter answers", async () => {
  const asked: string[] = [];
  const nix = fakeNix(() => exited(0, "", `this derivation will be built:\n  ${system}`), asked);
  const plan = await planOf(nix, system, {});
  assert.deepEqual("value" in plan && plan.value.build, [system]);
  assert.match(asked[0] ?? "", /^nix-store --realise --dry-run \S+\.drv --option narinfo-cache-negative-ttl 0$/);
});

test("a failed dry run is a problem with Nix's message", async () => {
  const plan = await planOf(
    fakeNix(() => exited(1, "", "error: disk full")),
    system,
    {},
  );
  assert.ok("problem" in plan);
  assert.deepEqual([plan.problem.code, plan.problem.detail], ["nix-failed", "error: disk full"]);
});
