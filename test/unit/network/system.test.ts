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

/** A part of the machine that cannot be read may state it. */
const notKnown = { origin: "stated" };

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
  "a value that is not known": [`{ a = import ./gone.nix; }`, notKnown],
  "an undecided if": [
    `{ a = if builtins.currentTime > 0 then { nixpkgs.system = "aarch64-linux"; } else { }; }`,
    notKnown,
  ],
  "an import that is not there": [`{ a = { imports = [ ./gone.nix ]; }; }`, notKnown],
  "imports of which some are not known": [`{ a = { ... }: { imports = [ { } ] ++ builtins.getEnv "X"; }; }`, notKnown],
  "an import of an import that is not there": [`{ a = { imports = [ { imports = [ ./gone.nix ]; } ]; }; }`, notKnown],
  "defaults that are not there": [`{ defaults = import ./gone.nix; a = { }; }`, notKnown],
  "a config that is not known": [`{ a = { config, ... }: { config = config.x; }; }`, notKnown],
  "attributes that are not known": [`{ a = { networking.x = 1; } // import ./gone.nix; }`, notKnown],
  "a nixpkgs that is not known": [`{ a = { nixpkgs = import ./gone.nix; }; }`, notKnown],
  "a nixpkgs below a condition that is not known": [
    `{ a = { lib, config, ... }: lib.mkIf config.x { nixpkgs = import ./gone.nix; }; }`,
    notKnown,
  ],
  "a nixpkgs below a condition that does not hold": [
    `{ a = { lib, ... }: lib.mkIf false { nixpkgs = import ./gone.nix; }; }`,
    { origin: "unstated" },
  ],
  "a merge of what is not known": [`{ a = { lib, ... }: lib.mkMerge (import ./gone.nix); }`, notKnown],
  "a nixpkgs.pkgs on a condition that is not known": [
    `{ a = { lib, config, ... }: { nixpkgs.pkgs = lib.mkIf config.x (import <nixpkgs> { }); }; }`,
    notKnown,
  ],
  "settings of the network that are not known": [`{ network = import ./gone.nix; a = { }; }`, notKnown],
  "settings of the network without pkgs": [`{ network.description = f x; a = { }; }`, { origin: "unstated" }],
  "a nixpkgs that has no system": [`{ a = { nixpkgs.config = import ./gone.nix; }; }`, { origin: "unstated" }],
  "a module of nixpkgs": [`{ a = { imports = [ <nixpkgs/nixos/modules/x.nix> ]; }; }`, { origin: "unstated" }],
  "a module below modulesPath": [
    `{ a = { modulesPath, ... }: { imports = [ (modulesPath + "/x.nix") "\${modulesPath}/y.nix" ]; }; }`,
    { origin: "unstated" },
  ],
  "a module of another search path": [`{ a = { imports = [ <home-manager/nixos> ]; }; }`, notKnown],
  "what is read before what is not known": [
    `{ a = { imports = [ ./gone.nix ]; nixpkgs.system = "aarch64-linux"; }; }`,
    arm,
  ],
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
