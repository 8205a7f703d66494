import assert from "node:assert/strict";
import { test } from "node:test";
import { choiceFor } from "../../../server/src/builders/choice.ts";
import { lensCommands } from "../../../server/src/common/clientCommands.ts";
import { codeLenses, lensCommand } from "../../../server/src/features/codeLens.ts";
import type { FeatureContext } from "../../../server/src/features/names/context.ts";
import type { Machine } from "../../../server/src/protocol.ts";
import { builder } from "../../support/builders.ts";
import {
  choiceOf,
  context,
  emulatedHere,
  here,
  machine,
  networkUri,
  remote,
  someBuild,
  unstated,
} from "../../support/features.ts";

const plain = { system: "aarch64-linux", features: [] };
const withKvm = { system: "aarch64-linux", features: ["kvm"] };
const kvmOnly = builder(
  "ssh://kvm",
  { "aarch64-linux": "unknown" },
  { supportedFeatures: ["kvm"], mandatoryFeatures: ["kvm"] },
);

const noSignatures = {
  ...{ untrusted: 0, invalid: 0, unsigned: 0, missing: 0, contentAddressed: 0, builtHere: 0 },
  ...{ differs: 0, unreachable: 0 },
};

type Case = readonly [machine: Partial<Machine>, context: Partial<FeatureContext>, title: string];

/** The resolved lenses of a network. */
function shown(facts: FeatureContext) {
  return codeLenses(facts.network, facts.commands).map(lens => ({
    range: lens.range,
    command: lensCommand(facts, lens),
  }));
}

/** machine and builders -> the title of Build. */
const cases: Record<string, Case> = {
  "the builders are not known": [{}, {}, "Build eiffel · aarch64-linux"],
  "this machine builds natively": [{}, choiceOf(here), "Build eiffel · aarch64-linux · here"],
  "this machine is compatible": [
    {},
    choiceOf(builder("local", { "aarch64-linux": "compatible" })),
    "Build eiffel · aarch64-linux · here",
  ],
  "this machine emulates": [{}, choiceOf(emulatedHere), "Build eiffel · aarch64-linux · emulated here"],
  "a remote builder comes first": [{}, choiceOf(emulatedHere, remote), "Build eiffel · aarch64-linux · on builder-arm"],
  "a remote builder emulates": [
    {},
    choiceOf(builder("ssh://builder-arm", { "aarch64-linux": "emulated" })),
    "Build eiffel · aarch64-linux · emulated on builder-arm",
  ],
  "no builder": [
    {},
    choiceOf(builder("local", { "x86_64-linux": "native" })),
    "Build eiffel · aarch64-linux · no builder",
  ],
  "a builder takes only what needs its feature": [
    {},
    choiceOf(builder("ssh://kvm", { "aarch64-linux": "unknown" }, { mandatoryFeatures: ["kvm"] })),
    "Build eiffel · aarch64-linux · no builder",
  ],
  "one builder has the system, another the feature": [
    {},
    { choice: () => choiceFor([plain, withKvm], [here, kvmOnly]) },
    "Build eiffel · aarch64-linux · on several builders",
  ],
  "a feature that no builder has": [
    {},
    { choice: () => choiceFor([plain, withKvm], [here, remote]) },
    "Build eiffel · aarch64-linux · no builder",
  ],
  "no system is set": [{ system: unstated }, choiceOf(here), "Build eiffel · system not set · here"],
  "the system is that of an instance of nixpkgs": [
    { system: { origin: "network.pkgs" } },
    {},
    "Build eiffel · system of network.pkgs",
  ],
  "not all of the machine can be read": [{ system: { origin: "stated" } }, {}, "Build eiffel · system unknown"],
};

for (const [name, [fields, facts, title]] of Object.entries(cases)) {
  test(`lens: ${name}`, () => {
    assert.deepEqual(
      shown(context([machine(fields)], facts)).map(lens => lens.command?.title),
      ["Evaluate", title],
    );
  });
}

test("lenses are at the machine's name, and their commands name the machine", () => {
  const argument = { uri: networkUri, machine: "eiffel" };
  const { selectionRange: range } = machine();
  assert.deepEqual(shown(context([machine()])), [
    { range, command: { title: "Evaluate", command: "morph.evaluate", arguments: [argument] } },
    { range, command: { title: "Build eiffel · aarch64-linux", command: "morph.build", arguments: [argument] } },
  ]);
});

/** A running build -> the title of its lens. */
const running: Record<string, [build: Parameters<typeof someBuild>[0], title: string]> = {
  "it is evaluated": [{ state: "evaluating" }, "eiffel · ● evaluating"],
  "it has not started": [{ state: "queued" }, "eiffel · ● queued"],
  "Nix has started": [{}, "eiffel · ● starting"],
  "it is built": [{ progress: { done: 3, running: 1, failed: 0, expected: 10 } }, "eiffel · ● building 3/10"],
  "its remaining time is known": [
    { progress: { done: 3, running: 1, failed: 0, expected: 10 }, estimate: { remaining: 170_000, basis: 3 } },
    "eiffel · ● building 3/10 · about 3 min left",
  ],
  "its signatures are checked": [
    { state: "checking", progress: { done: 10, running: 0, failed: 0, expected: 10 } },
    "eiffel · ● checking signatures",
  ],
};

for (const [name, [fields, title]] of Object.entries(running)) {
  test(`lens of a running build: ${name}`, () => {
    const build = someBuild({ place: { kind: "only", builder: "ssh://builder-arm" }, ...fields });
    const lenses = shown(context([machine()], { running: name => (name === "eiffel" ? build : undefined) }));
    assert.deepEqual(
      lenses.map(({ command }) => command),
      [
        { title, command: "morph.build", arguments: [{ uri: networkUri, machine: "eiffel", place: build.place }] },
        { title: "Cancel", command: "morph.cancel", arguments: [{ id: build.id }] },
      ],
    );
  });
}

/** The last build -> how the title of Build ends. */
const ended: Record<string, [build: Parameters<typeof someBuild>[0], end: string]> = {
  "all paths are signed": [
    { state: "succeeded", signatures: { ...noSignatures, total: 9, trusted: 9 } },
    "✓ 8 min ago · signed 9/9",
  ],
  "the text has changed since": [{ state: "succeeded", outdated: true }, "○ text changed since · built 8 min ago"],
  "it failed": [
    { state: "failed", failure: { code: "derivation-failed", severity: "error", message: "", subject: "openssl" } },
    "✗ failed: openssl · 8 min ago",
  ],
};

for (const [name, [fields, end]] of Object.entries(ended)) {
  test(`lens after a build: ${name}`, () => {
    const build = someBuild({ stoppedAt: "2024-05-01T12:02:00.000Z", drvPath: "/nix/store/x.drv", ...fields });
    const lenses = shown(context([machine()], { ...choiceOf(here), newest: () => build }));
    assert.deepEqual(
      lenses.map(({ command }) => command?.title),
      ["Evaluate", `Build eiffel · aarch64-linux · here · ${end}`],
    );
  });
}

const commands: ReadonlySet<string> = new Set(Object.values(lensCommands));
const several = [machine(), machine({ name: "web01" })];

test("a network of several machines has lenses at its start that name it", () => {
  const start = { line: 0, character: 0 };
  const range = { start, end: start };
  const argument = { uri: networkUri };
  assert.deepEqual(shown(context(several, { commands })).slice(0, 2), [
    { range, command: { title: "Build all · 2 machines", command: "morph.buildAllMachines", arguments: [argument] } },
    { range, command: { title: "Evaluate all", command: "morph.evaluateAllMachines", arguments: [argument] } },
  ]);
});

test("a network of which not all machines are known has lenses that say so", () => {
  const facts = context([machine()], { commands });
  const incomplete = { ...facts, network: { ...facts.network, complete: false } };
  assert.equal(shown(incomplete)[0]?.command?.title, "Build all · 1+ machines");
});

/** Why there are no lenses of the network. */
const without: Record<string, FeatureContext> = {
  "of a single machine": context([machine()], { commands }),
  "in a client that has none of their commands": context(several),
  "in a client that has one of their commands": context(several, {
    commands: new Set([lensCommands.buildAllMachines]),
  }),
};

for (const [why, facts] of Object.entries(without)) {
  test(`a network ${why} has no lenses of its own`, () => {
    assert.deepEqual(
      codeLenses(facts.network, facts.commands).filter(lens => lens.machine === undefined),
      [],
    );
  });
}

test("a build of one machine leaves the others' lenses as they are", () => {
  const machines = [machine(), machine({ name: "web01" })];
  const lenses = shown(context(machines, { running: name => (name === "eiffel" ? someBuild() : undefined) }));
  assert.deepEqual(
    lenses.map(({ command }) => command?.title),
    ["eiffel · ● starting", "Cancel", "Evaluate", "Build web01 · aarch64-linux"],
  );
});

for (const [count, lenses] of [
  [3, 6],
  [4, 0],
] as const)
  test(`${count} machines that one text names have ${lenses} lenses`, () => {
    const others = Array.from({ length: count }, (_, index) => machine({ name: `sensor${index}` }));
    const elsewhere = { start: { line: 1, character: 2 }, end: { line: 1, character: 5 } };
    const all = [machine({ name: "hub", selectionRange: elsewhere }), ...others];
    assert.equal(shown(context(all, { running: () => undefined })).length, 2 + lenses);
    assert.equal(shown(context(all, { running: () => someBuild() })).length, 2 + lenses);
  });

test("a network without machines has no lenses", () => assert.deepEqual(shown(context([])), []));

test("a lens whose machine no longer exists has no command", () => {
  assert.equal(lensCommand(context([machine()]), { machine: "gone", lens: 0 }), undefined);
});

test("a machine without a builder has a third lens, if the client lists how to get one", () => {
  const nowhere = choiceOf(builder("local", { "x86_64-linux": "native" }));
  const commands = new Set(["morph.addBuilder"]);
  const lensesOf = (fields: Partial<FeatureContext>) => {
    const facts = context([machine()], fields);
    return codeLenses(facts.network, facts.commands, facts.choice).map(lens => lensCommand(facts, lens));
  };
  assert.deepEqual(lensesOf({ ...nowhere, commands })[2], {
    title: "Add Builder...",
    command: "morph.addBuilder",
    arguments: [{ uri: networkUri, machine: "eiffel" }],
  });
  assert.equal(lensesOf(nowhere).length, 2);
  assert.equal(lensesOf({ ...choiceOf(here), commands }).length, 2);
  assert.equal(lensesOf({ commands }).length, 2);
});

test("a machine that a cache has can be fetched, if the client has the command", () => {
  const found = { cache: "http://build.example", key: "build-1" };
  const lensesOf = (fields: Partial<FeatureContext>) => {
    const facts = context([machine()], fields);
    const { network, commands, choice, cached } = facts;
    return codeLenses(network, commands, choice, cached).map(lens => lensCommand(facts, lens));
  };
  const commands = new Set(["morph.fetchFromCache"]);
  assert.deepEqual(lensesOf({ commands, cached: () => found })[2], {
    title: "Fetch from Cache",
    tooltip: "http://build.example, signed by build-1",
    command: "morph.fetchFromCache",
    arguments: [{ uri: networkUri, machine: "eiffel" }],
  });
  assert.equal(lensesOf({ commands, cached: () => ({ cache: found.cache }) })[2]?.tooltip, found.cache);
  assert.equal(lensesOf({ commands }).length, 2);
  assert.equal(lensesOf({ cached: () => found }).length, 2);
});
