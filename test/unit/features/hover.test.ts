import assert from "node:assert/strict";
import { test } from "node:test";
import type { MarkupContent } from "vscode-languageserver-types";
import { choiceFor } from "../../../server/src/builders/choice.ts";
import { hover } from "../../../server/src/features/hover.ts";
import type { FeatureContext } from "../../../server/src/features/names/context.ts";
import type { HydraMachine, Machine, MachineSystem } from "../../../server/src/protocol.ts";
import { builder } from "../../support/builders.ts";
import { choiceOf, context, emulatedHere, machine, networkUri, stated, unstated } from "../../support/features.ts";

/** Within the machine's name. */
const position = { line: 4, character: 5 };

/** The paragraphs of a machine's hover. */
function paragraphs(fields: Partial<Machine>, facts: Partial<FeatureContext> = {}): string[] {
  const shown = hover(context([machine(fields)], facts), position);
  return (shown?.contents as MarkupContent | undefined)?.value.split("\n\n") ?? [];
}

const line7 = `on [line 7](${networkUri}#L7)`;
const elsewhere = {
  uri: "file:///net/odd%20names/web.nix",
  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } },
};

type Case = readonly [system: MachineSystem, localSystem: string | undefined, text: string];

/** system -> text. */
const systems: Record<string, Case> = {
  stated: [stated("aarch64-linux"), undefined, `System \`aarch64-linux\`, set ${line7}.`],
  "set in another file": [
    stated("aarch64-linux", { location: elsewhere }),
    undefined,
    "System `aarch64-linux`, set in [web\\.nix, line 1](file:///net/odd%20names/web.nix#L1).",
  ],
  "from the defaults": [
    stated("aarch64-linux", { origin: "defaults" }),
    undefined,
    `System \`aarch64-linux\`, from the network's \`defaults\`, ${line7}.`,
  ],
  "from network.pkgs": [
    stated("aarch64-linux", { origin: "network.pkgs" }),
    undefined,
    `System \`aarch64-linux\`, from \`network.pkgs\`, ${line7}.`,
  ],
  "from nixpkgs.pkgs without a known value": [
    { ...stated(""), value: undefined, origin: "nixpkgs.pkgs" },
    "x86_64-linux",
    `The system is that of \`nixpkgs.pkgs\` (${line7}); its value is only known after an evaluation.`,
  ],
  evaluated: [{ value: "aarch64-linux", origin: "evaluated" }, undefined, "System `aarch64-linux`, as evaluated."],
  "evaluated before the last change": [
    { value: "aarch64-linux", origin: "evaluated", stale: true },
    undefined,
    "System `aarch64-linux`, as evaluated before the last change.",
  ],
  "that an unreadable part may set": [
    { origin: "stated" },
    undefined,
    "The system is unknown: part of the machine can only be read by evaluating it.",
  ],
  unstated: [
    unstated,
    "x86_64-linux",
    "No system is set. Morph 1.7 and older use the evaluating machine's system, here `x86_64-linux`; Morph 1.8 refuses to evaluate it without `network.pkgs`.",
  ],
  "unstated while Nix has not answered": [
    unstated,
    undefined,
    "No system is set. Morph 1.7 and older use the evaluating machine's system; Morph 1.8 refuses to evaluate it without `network.pkgs`.",
  ],
};

for (const [name, [system, localSystem, text]] of Object.entries(systems))
  test(`hover of a system: ${name}`, () =>
    assert.deepEqual(paragraphs({ system }, { localSystem }), ["**eiffel**", text]));

test("an ineffective system is shown", () => {
  const overridden = { value: "aarch64-linux", by: "network.pkgs", location: elsewhere } as const;
  assert.deepEqual(paragraphs({ system: stated("x86_64-linux", { origin: "network.pkgs", overridden }) }), [
    "**eiffel**",
    `System \`x86_64-linux\`, from \`network.pkgs\`, ${line7}.`,
    "⚠ The system set in [web\\.nix, line 1](file:///net/odd%20names/web.nix#L1), `aarch64-linux`, has no effect: `network.pkgs` determines the system.",
  ]);
});

test("the builders that can build it are listed in Nix's order, without those that cannot", () => {
  const arm = builder("ssh://builder_arm", { "aarch64-linux": "unknown" });
  const x86 = builder("ssh://x86", { "x86_64-linux": "unknown" });
  const [, , ...rest] = paragraphs({}, choiceOf(emulatedHere, x86, arm));
  assert.deepEqual(rest, [
    "Can be built by:",
    "- builder\\_arm: declared, not verified\n- this machine: emulated: several times slower; tests may fail",
  ]);
});

test("when no builder can build it, each is listed with its reason", () => {
  const local = builder("local", { "x86_64-linux": "native" });
  const kvm = builder("ssh://kvm", { "aarch64-linux": "unknown" }, { mandatoryFeatures: ["kvm"] });
  const [, , ...rest] = paragraphs({}, choiceOf(local, kvm));
  assert.deepEqual(rest, [
    "No builder can build it:",
    "- kvm builds only derivations that require the system feature 'kvm'\\.\n- This machine builds x86\\_64\\-linux\\.",
  ]);
});

test("a machine that only several builders together can build shows what each of them lacks", () => {
  const needs = ["kvm", "benchmark"].map(feature => ({ system: "aarch64-linux", features: [feature] }));
  const having = (feature: string) =>
    builder(`ssh://${feature}`, { "aarch64-linux": "unknown" }, { supportedFeatures: [feature] });
  const choice = () => choiceFor(needs, [having("kvm"), having("benchmark")]);
  const [, , title, list] = paragraphs({}, { choice });
  assert.equal(title, "Needs several builders, because none can build all of it:");
  assert.match(list ?? "", /^- kvm does not have the system feature 'benchmark'/);
});

/** deployment options -> text. */
const deployments: Record<string, [fields: Partial<Machine>, text: string[]]> = {
  "a host": [{ targetHost: "eiffel.example.com" }, ["Target: eiffel\\.example\\.com"]],
  "user, host and port": [{ targetHost: "h", targetUser: "root", targetPort: 2222 }, ["Target: root@h\\:2222"]],
  "a user without a host": [{ targetUser: "root" }, []],
  tags: [{ tags: ["web", "a*b"] }, ["Tags: web, a\\*b"]],
  "no tags": [{ tags: [] }, []],
};

for (const [name, [fields, text]] of Object.entries(deployments))
  test(`hover of a deployment: ${name}`, () => assert.deepEqual(paragraphs(fields).slice(2), text));

test("a machine that a cache has says where, and who signed it", () => {
  const cache = "http://build.example";
  const last = (output: ReturnType<FeatureContext["cached"]>) => paragraphs({}, { cached: () => output }).at(-1);
  assert.equal(last({ cache, key: "build-1" }), "Can be fetched from `http://build.example`, signed by `build-1`.");
  assert.equal(last({ cache }), "Can be fetched from `http://build.example`.");
  assert.doesNotMatch(last(undefined) ?? "", /fetched/);
});

test("a machine that Hydra has says how its newest build went, with links", () => {
  const page = "https://hydra.example.org/jobset/morph/eiffel";
  const build = { id: 7, page: "https://hydra.example.org/build/7)(", at: new Date(-3_600_000).toISOString() };
  const machine = { project: "morph", jobset: "eiffel", page } as HydraMachine;
  const last = (known: Partial<HydraMachine> | undefined) =>
    paragraphs({}, { hydra: () => known && { ...machine, ...known }, now: 0 }).at(-1);
  const failed = { ...build, state: "failed", drvPath: "", isNewlyFailing: true } as const;
  assert.equal(
    last({ build: failed }),
    "Hydra: [build 7](https://hydra.example.org/build/7%29%28) of [morph\\:eiffel](https://hydra.example.org/jobset/morph/eiffel): newly failing · 1 h ago",
  );
  assert.match(last({ build: { ...failed, state: "queued" } }) ?? "", /: queued$/);
  assert.equal(last({}), `Hydra: jobset [morph\\:eiffel](${page}), no build yet.`);
  const problem = { code: "hydra-inputs", severity: "error", message: "no *git*" } as const;
  assert.equal(last({ problem }), "⚠ no \\*git\\*");
  assert.doesNotMatch(last(undefined) ?? "", /Hydra/);
});

test("names and systems that look like Markdown are shown literally", () => {
  const hostile = "x](command:evil) <img src=x>";
  const value = "`](command:evil)";
  const shown = paragraphs({
    name: hostile,
    system: stated(value, { overridden: { value, by: "network.pkgs", location: elsewhere } }),
    targetHost: hostile,
    tags: [hostile],
  });
  const escaped = "x\\]\\(command\\:evil\\) \\<img src\\=x\\>";
  const code = "`` `](command:evil) ``";
  assert.deepEqual(shown, [
    `**${escaped}**`,
    `System ${code}, set ${line7}.`,
    `⚠ The system set in [web\\.nix, line 1](${elsewhere.uri}#L1), ${code}, has no effect: \`network.pkgs\` determines the system.`,
    `Target: ${escaped}`,
    `Tags: ${escaped}`,
  ]);
});

/** Whether there is a hover at a position. */
const positions: [line: number, character: number, shown: boolean][] = [
  [4, 1, false],
  [4, 2, true],
  [4, 8, true],
  [4, 9, false],
  [3, 5, false],
  [5, 5, false],
];

for (const [line, character, shown] of positions)
  test(`there is ${shown ? "a" : "no"} hover at ${line}:${character}`, () => {
    const found = hover(context([machine()]), { line, character });
    assert.deepEqual(found === null ? null : found.range, shown ? machine().selectionRange : null);
  });

test("a note is shown if the user's Morph may return something else", () => {
  const last = paragraphs({ evaluatorNote: "The evaluator of /bin/morph is unknown." }).at(-1);
  assert.equal(last, "⚠ The evaluator of /bin/morph is unknown\\.");
});
