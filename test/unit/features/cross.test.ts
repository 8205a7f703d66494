import assert from "node:assert/strict";
import { test } from "node:test";
import { crossText } from "../../../server/src/features/hovers/cross.ts";
import type { Builder, Machine, MachineSystem } from "../../../server/src/protocol.ts";
import { builder } from "../../support/builders.ts";
import { choiceOf, context, emulatedHere, here, machine, remote, stated } from "../../support/features.ts";

const [arm, x86] = ["aarch64-linux", "x86_64-linux"];
const from = (origin: MachineSystem["origin"]): MachineSystem => ({ ...stated(arm), origin });

/** machine, builders -> how the section starts and what it inserts; undefined: there is none. */
const cases: Record<string, [of: Partial<Machine>, builders: Builder[], expected: [RegExp, string] | undefined]> = {
  "emulated here": [
    {},
    [emulatedHere],
    [
      /^Emulation yields the store paths of a native build.*Cross-compiled on x86_64-linux.*hardly any are in a public cache/,
      `nixpkgs.buildPlatform = "${x86}";\nnixpkgs.hostPlatform = "${arm}"; # in place of nixpkgs.system and the like`,
    ],
  ],
  "emulated, in a network with its own nixpkgs": [
    { system: from("network.pkgs") },
    [emulatedHere],
    [/^Emulation/, `network.pkgs = import <nixpkgs> { localSystem = "${x86}"; crossSystem = "${arm}"; };`],
  ],
  "emulated on a remote builder": [
    {},
    [builder("ssh://qemu", { [arm]: "emulated" })],
    [
      /^Emulation/,
      `nixpkgs.buildPlatform = "${x86}";\nnixpkgs.hostPlatform = "${arm}"; # in place of nixpkgs.system and the like`,
    ],
  ],
  "native here": [{}, [here], undefined],
  "on a remote builder": [{}, [emulatedHere, remote], undefined],
  "without a builder": [{}, [builder("local", { [x86]: "native" })], undefined],
  "cross-compiled": [
    { buildSystem: stated(x86) },
    [builder("local", { [x86]: "native" })],
    [
      /^It is cross-compiled on x86_64-linux.*needs a builder for aarch64-linux:$/,
      `nixpkgs.hostPlatform = "${arm}"; # without nixpkgs.buildPlatform and the like`,
    ],
  ],
  "cross-compiled by an instance of nixpkgs": [
    { system: from("nixpkgs.pkgs"), buildSystem: stated(x86) },
    [],
    [/^It is cross-compiled/, `nixpkgs.pkgs = import <nixpkgs> { system = "${arm}"; };`],
  ],
  "with the system on which it is built": [{ buildSystem: stated(arm) }, [here], undefined],
  "whose system is unknown": [{ system: { origin: "unstated" } }, [emulatedHere], undefined],
};

for (const [name, [of, builders, expected]] of Object.entries(cases))
  test(`emulation or cross compilation, for a machine ${name}`, () => {
    const found = crossText(machine(of), context([], { localSystem: x86, ...choiceOf(...builders) }));
    if (expected === undefined) return assert.deepEqual(found, []);
    const [text = "", block] = found;
    assert.match(text, expected[0]);
    assert.equal(block, `\`\`\`nix\n${expected[1]}\n\`\`\``);
  });
