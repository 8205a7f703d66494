import assert from "node:assert/strict";
import { test } from "node:test";
import { codeLenses } from "../../../server/src/features/codeLens.ts";
import type { FeatureContext } from "../../../server/src/features/context.ts";
import type { Machine } from "../../../server/src/protocol.ts";
import {
  context,
  emulatedHere,
  here,
  machine,
  networkUri,
  remote,
  someBuild,
  stated,
  unstated,
} from "../../support/features.ts";

type Case = readonly [machine: Partial<Machine>, context: Partial<FeatureContext>, title: string];

/** machine and builders -> the title of Build. */
const cases: Record<string, Case> = {
  "the builders are not known": [{}, {}, "Build eiffel · aarch64-linux"],
  "this machine builds natively": [{}, { canBuild: () => [here] }, "Build eiffel · aarch64-linux · here"],
  "this machine is compatible": [
    {},
    { canBuild: () => [{ ...here, mode: "compatible" }] },
    "Build eiffel · aarch64-linux · here",
  ],
  "this machine emulates": [{}, { canBuild: () => [emulatedHere] }, "Build eiffel · aarch64-linux · emulated here"],
  "a remote builder comes first": [
    {},
    { canBuild: () => [remote, emulatedHere] },
    "Build eiffel · aarch64-linux · on builder-arm",
  ],
  "a remote builder emulates": [
    {},
    { canBuild: () => [{ ...remote, mode: "emulated" }] },
    "Build eiffel · aarch64-linux · emulated on builder-arm",
  ],
  "nobody builds": [{}, { canBuild: () => [] }, "Build eiffel · aarch64-linux · no builder"],
  "no system is stated, and Nix has not answered": [
    { system: unstated },
    { canBuild: () => [here] },
    "Build eiffel · system not stated",
  ],
  "no system is stated: it is that of this machine": [
    { system: unstated },
    { localSystem: "x86_64-linux", canBuild: system => (system === "x86_64-linux" ? [here] : []) },
    "Build eiffel · system not stated · here",
  ],
  "the system is that of an instance of nixpkgs": [
    { system: { origin: "network.pkgs" } },
    {},
    "Build eiffel · system of network.pkgs",
  ],
  "not all of the machine can be read": [{ system: { origin: "stated" } }, {}, "Build eiffel · system not known"],
  "it is built on another system than it runs on": [
    { buildSystem: stated("x86_64-linux") },
    { canBuild: system => (system === "x86_64-linux" ? [here] : []) },
    "Build eiffel · aarch64-linux · here",
  ],
};

for (const [name, [fields, facts, title]] of Object.entries(cases)) {
  test(`lens: ${name}`, () => {
    assert.deepEqual(
      codeLenses(context([machine(fields)], facts)).map(lens => lens.command?.title),
      ["Evaluate", title],
    );
  });
}

test("lenses stand at the machine's name, and their commands name the machine", () => {
  const argument = { uri: networkUri, machine: "eiffel" };
  const { selectionRange: range } = machine();
  assert.deepEqual(codeLenses(context([machine()])), [
    { range, command: { title: "Evaluate", command: "morph.evaluate", arguments: [argument] } },
    { range, command: { title: "Build eiffel · aarch64-linux", command: "morph.build", arguments: [argument] } },
  ]);
});

/** A running build -> the title of its lens. */
const running: Record<string, [build: Parameters<typeof someBuild>[0], title: string]> = {
  "it is evaluated": [{ state: "evaluating" }, "eiffel · evaluating"],
  "it has not begun": [{ state: "queued" }, "eiffel · starting"],
  "it is built": [{ progress: { done: 3, running: 1, failed: 0, expected: 10 } }, "eiffel · 3/10"],
  "its signatures are checked": [
    { state: "checking", progress: { done: 10, running: 0, failed: 0, expected: 10 } },
    "eiffel · checking signatures",
  ],
};

for (const [name, [fields, title]] of Object.entries(running)) {
  test(`lens of a running build: ${name}`, () => {
    const build = someBuild({ place: { kind: "only", builder: "ssh://builder-arm" }, ...fields });
    const lenses = codeLenses(context([machine()], { running: name => (name === "eiffel" ? build : undefined) }));
    assert.deepEqual(
      lenses.map(({ command }) => command),
      [
        { title, command: "morph.build", arguments: [{ uri: networkUri, machine: "eiffel", place: build.place }] },
        { title: "Cancel", command: "morph.cancel", arguments: [{ id: build.id }] },
      ],
    );
  });
}

test("a build of one machine leaves the others' lenses as they are", () => {
  const machines = [machine(), machine({ name: "web01" })];
  const lenses = codeLenses(context(machines, { running: name => (name === "eiffel" ? someBuild() : undefined) }));
  assert.deepEqual(
    lenses.map(({ command }) => command?.title),
    ["eiffel · starting", "Cancel", "Evaluate", "Build web01 · aarch64-linux"],
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
    assert.equal(codeLenses(context(all, { running: () => undefined })).length, 2 + lenses);
    assert.equal(codeLenses(context(all, { running: () => someBuild() })).length, 2 + lenses);
  });

test("a network without machines has no lenses", () => assert.deepEqual(codeLenses(context([])), []));
