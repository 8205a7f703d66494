import assert from "node:assert/strict";
import { test } from "node:test";
import { looksLikeNetwork, readNetwork } from "../../../server/src/network/network.ts";
import type { MachineSystem } from "../../../server/src/protocol.ts";
import { nixDocument } from "../../support/nixDocument.ts";

/** The system of machine `a` with its places given as the text that stands there. */
function systemOf(text: string): Record<string, unknown> {
  const document = nixDocument(text);
  const machine = readNetwork(document).machines.find(({ name }) => name === "a");
  assert.ok(machine);
  const at = (location: MachineSystem["location"]) =>
    location && document.text.slice(document.offsetAt(location.range.start), document.offsetAt(location.range.end));
  const { value, origin, location, overridden } = machine.system;
  return JSON.parse(
    JSON.stringify({
      value,
      origin,
      at: at(location),
      overridden: overridden && { ...overridden, location: at(overridden.location) },
    }),
  );
}

const arm = { value: "aarch64-linux", origin: "stated", at: '"aarch64-linux"' };

/** text -> the system of machine `a`. */
const cases: Record<string, [text: string, system: Record<string, unknown>]> = {
  "nixpkgs.system": [`{ a = { nixpkgs.system = "aarch64-linux"; }; }`, arm],
  "nixpkgs.hostPlatform": [`{ a = { nixpkgs.hostPlatform = "aarch64-linux"; }; }`, arm],
  "hostPlatform as a set": [`{ a = { nixpkgs.hostPlatform = { system = "aarch64-linux"; }; }; }`, arm],
  "nixpkgs.localSystem.system": [`{ a = { nixpkgs.localSystem.system = "aarch64-linux"; }; }`, arm],
  "nixpkgs as a set": [`{ a = { nixpkgs = { system = "aarch64-linux"; }; }; }`, arm],
  "nixpkgs as a recursive set": [`{ a = { nixpkgs = rec { system = "aarch64-linux"; }; }; }`, arm],
  mkDefault: [`{ a = { lib, ... }: { nixpkgs.system = lib.mkDefault "aarch64-linux"; }; }`, arm],
  "mkForce in parentheses": [`{ a = { lib, ... }: with lib; { nixpkgs.system = (mkForce "aarch64-linux"); }; }`, arm],
  "a function with a let": [`{ a = { pkgs, ... }: let x = 1; in { nixpkgs.system = "aarch64-linux"; }; }`, arm],
  "a config wrapper": [`{ a = { config = { nixpkgs.system = "aarch64-linux"; }; }; }`, arm],
  "dotted bindings": [`{ a.deployment.x = 1; a.nixpkgs.system = "aarch64-linux"; }`, arm],
  "hostPlatform before system": [
    `{ a = { nixpkgs.system = "x86_64-linux"; nixpkgs.hostPlatform = "aarch64-linux"; }; }`,
    arm,
  ],
  "the network's defaults": [
    `{ defaults = { nixpkgs.system = "aarch64-linux"; }; a = { }; }`,
    { value: "aarch64-linux", origin: "defaults", at: '"aarch64-linux"' },
  ],
  "a machine before the defaults": [
    `{ defaults = { nixpkgs.system = "x86_64-linux"; }; a = { nixpkgs.system = "aarch64-linux"; }; }`,
    arm,
  ],
  nothing: [`{ a = { }; }`, { origin: "unstated" }],
  "a comment": [`{ a = { /* nixpkgs.system = "aarch64-linux"; */ }; }`, { origin: "unstated" }],
  "what the machine can emulate": [
    `{ a = { boot.binfmt.emulatedSystems = [ "aarch64-linux" ]; }; }`,
    { origin: "unstated" },
  ],
  "a value that only evaluation can tell": [
    `{ a = { nixpkgs.system = builtins.currentSystem; }; }`,
    { origin: "stated", at: "builtins.currentSystem" },
  ],
  "network.pkgs alone": [
    `{ network.pkgs = import <nixpkgs> { system = "aarch64-linux"; }; a = { }; }`,
    { value: "aarch64-linux", origin: "network.pkgs", at: '"aarch64-linux"' },
  ],
  "network.pkgs makes what is written ineffective": [
    `{ network.pkgs = import <nixpkgs> { }; a = { nixpkgs.system = "aarch64-linux"; }; }`,
    {
      origin: "network.pkgs",
      at: "import <nixpkgs> { }",
      overridden: { value: "aarch64-linux", by: "network.pkgs", location: '"aarch64-linux"' },
    },
  ],
  "network.pkgs of the same system": [
    `{ network.pkgs = import <nixpkgs> { system = "aarch64-linux"; }; a = { nixpkgs.system = "aarch64-linux"; }; }`,
    { value: "aarch64-linux", origin: "network.pkgs", at: '"aarch64-linux"' },
  ],
  "the machine's own nixpkgs.pkgs before network.pkgs": [
    `{ network.pkgs = import <nixpkgs> { }; a = { nixpkgs.pkgs = import <nixpkgs> { system = "aarch64-linux"; }; }; }`,
    { value: "aarch64-linux", origin: "nixpkgs.pkgs", at: '"aarch64-linux"' },
  ],
};

for (const [name, [text, system]] of Object.entries(cases))
  test(`system: ${name}`, () => assert.deepEqual(systemOf(text), system));

test("a text looks like a network by its network attribute or a machine's deployment", () => {
  const looks = (text: string) => looksLikeNetwork(nixDocument(text));
  assert.ok(looks("{ network.description = 1; }"));
  assert.ok(looks("{ a = { ... }: { deployment.targetHost = 1; }; }"));
  assert.ok(looks("{ a.deployment.targetHost = 1; }"));
  assert.ok(!looks("{ config, ... }: { services.openssh.enable = true; systemd.network.enable = true; }"));
  assert.ok(!looks("{ pkgs }: pkgs.hello"));
});
