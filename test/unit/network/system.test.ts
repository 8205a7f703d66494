// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix

import assert from "node:assert/strict";
import { test } from "node:test";
import { readNetwork } from "../../../server/src/network/network.ts";
import type { MachineSystem } from "../../../server/src/protocol.ts";
import { memorySources } from "../../support/memorySources.ts";
import { nixDocument } from "../../support/nixDocument.ts";

/** The system of machine `a`, with positions given as the text there. */
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

/** An unreadable part of the machine may set it. */
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
  "an unknown value": [`{ a = import ./gone.nix; }`, notKnown],
  "an undecided if": [
    `{ a = if builtins.currentTime > 0 then { nixpkgs.system = "aarch64-linux"; } else { }; }`,
    notKnown,
  ],
  "a missing import": [`{ a = { imports = [ ./gone.nix ]; }; }`, notKnown],
  "imports of which some are unknown": [`{ a = { ... }: { imports = [ { } ] ++ builtins.getEnv "X"; }; }`, notKnown],
  "an import of a missing import": [`{ a = { imports = [ { imports = [ ./gone.nix ]; } ]; }; }`, notKnown],
  "missing defaults": [`{ defaults = import ./gone.nix; a = { }; }`, notKnown],
  "an unknown config": [`{ a = { config, ... }: { config = config.x; }; }`, notKnown],
  "unknown attributes": [`{ a = { networking.x = 1; } // import ./gone.nix; }`, notKnown],
  "an unknown nixpkgs": [`{ a = { nixpkgs = import ./gone.nix; }; }`, notKnown],
  "a nixpkgs on an unknown condition": [
    `{ a = { lib, config, ... }: lib.mkIf config.x { nixpkgs = import ./gone.nix; }; }`,
    notKnown,
  ],
  "a nixpkgs on a false condition": [
    `{ a = { lib, ... }: lib.mkIf false { nixpkgs = import ./gone.nix; }; }`,
    { origin: "unstated" },
  ],
  "a merge of unknown values": [`{ a = { lib, ... }: lib.mkMerge (import ./gone.nix); }`, notKnown],
  "a nixpkgs.pkgs on an unknown condition": [
    `{ a = { lib, config, ... }: { nixpkgs.pkgs = lib.mkIf config.x (import <nixpkgs> { }); }; }`,
    notKnown,
  ],
  "unknown settings of the network": [`{ network = import ./gone.nix; a = { }; }`, notKnown],
  "settings of the network without pkgs": [`{ network.description = f x; a = { }; }`, { origin: "unstated" }],
  "a nixpkgs that has no system": [`{ a = { nixpkgs.config = import ./gone.nix; }; }`, { origin: "unstated" }],
  "a module of nixpkgs": [`{ a = { imports = [ <nixpkgs/nixos/modules/x.nix> ]; }; }`, { origin: "unstated" }],
  "a module below modulesPath": [
    `{ a = { modulesPath, ... }: { imports = [ (modulesPath + "/x.nix") "\${modulesPath}/y.nix" ]; }; }`,
    { origin: "unstated" },
  ],
  "a module of another search path": [`{ a = { imports = [ <home-manager/nixos> ]; }; }`, notKnown],
  "a known value with an unknown one": [
    `{ a = { imports = [ ./gone.nix ]; nixpkgs.system = "aarch64-linux"; }; }`,
    arm,
  ],
  "a comment": [`{ a = { /* nixpkgs.system = "aarch64-linux"; */ }; }`, { origin: "unstated" }],
  "what the machine can emulate": [
    `{ a = { boot.binfmt.emulatedSystems = [ "aarch64-linux" ]; }; }`,
    { origin: "unstated" },
  ],
  "a computed value": [
    `{ a = { nixpkgs.system = builtins.currentSystem; }; }`,
    { origin: "stated", at: "builtins.currentSystem" },
  ],
  "network.pkgs alone": [
    `{ network.pkgs = import <nixpkgs> { system = "aarch64-linux"; }; a = { }; }`,
    { value: "aarch64-linux", origin: "network.pkgs", at: '"aarch64-linux"' },
  ],
  "network.pkgs makes the written system ineffective": [
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
  "an empty network.pkgs, which Morph ignores": [
    `{ network.pkgs = { }; a = { nixpkgs.system = "aarch64-linux"; }; }`,
    arm,
  ],
  "an instance that cannot be read does not hide a known system": [
    `{ network.pkgs = import ./gone.nix { }; a = { nixpkgs.system = "aarch64-linux"; }; }`,
    { origin: "network.pkgs", at: "import ./gone.nix { }" },
  ],
  "an instance for an unknown platform": [
    `{ network.pkgs = import <nixpkgs> { system = "x86_64-linux"; crossSystem = f x; }; a = { }; }`,
    { origin: "network.pkgs", at: 'import <nixpkgs> { system = "x86_64-linux"; crossSystem = f x; }' },
  ],
  "an instance on an unknown condition, with a system": [
    `{ a = { lib, config, ... }: { nixpkgs.pkgs = lib.mkIf config.x (import <nixpkgs> { }); nixpkgs.system = "aarch64-linux"; }; }`,
    { origin: "stated", at: '"aarch64-linux"' },
  ],
  "a system that is also an argument of the instance": [
    `let mk = { system }: { nixpkgs.system = system; nixpkgs.pkgs = import <nixpkgs> { inherit system; crossSystem = "armv7l-linux"; }; }; in { a = mk { system = "aarch64-linux"; }; }`,
    { value: "armv7l-linux", origin: "nixpkgs.pkgs", at: '"armv7l-linux"' },
  ],
  "an ineffective system is marked at the option": [
    `let s = "aarch64-linux"; in { network.pkgs = import <nixpkgs> { system = "x86_64-linux"; }; a.nixpkgs.system = s; }`,
    {
      value: "x86_64-linux",
      origin: "network.pkgs",
      at: '"x86_64-linux"',
      overridden: { value: "aarch64-linux", by: "network.pkgs", location: "s" },
    },
  ],
  "nixpkgs' own eval-config": [
    `{ network.evalConfig = <nixpkgs/nixos/lib/eval-config.nix>; a = { }; }`,
    { origin: "unstated" },
  ],
  "a missing evalConfig": [`{ network.evalConfig = ./eval-config.nix; a = { }; }`, notKnown],
  "the machine's own nixpkgs.pkgs overrides network.pkgs": [
    `{ network.pkgs = import <nixpkgs> { }; a = { nixpkgs.pkgs = import <nixpkgs> { system = "aarch64-linux"; }; }; }`,
    { value: "aarch64-linux", origin: "nixpkgs.pkgs", at: '"aarch64-linux"' },
  ],
};

for (const [name, [text, system]] of Object.entries(cases))
  test(`system: ${name}`, () => assert.deepEqual(systemOf(text), system));

/** How nixpkgs is pinned -> bindings around the network. */
const pins: Readonly<Record<string, readonly [pin: string, names?: string]>> = {
  fetchTarball: ['(fetchTarball "https://example.org/nixpkgs.tar.gz")'],
  "fetchTarball with a hash": ['(builtins.fetchTarball { url = "https://example.org"; sha256 = "x"; })'],
  fetchGit: ['(fetchGit { url = "https://example.org"; rev = "x"; })'],
  "builtins.fetchGit": ['(builtins.fetchGit "https://example.org")'],
  fetchTree: ['(builtins.fetchTree { type = "github"; owner = "NixOS"; repo = "nixpkgs"; rev = "x"; })'],
  niv: ["sources.nixpkgs", "sources = import ./nix/sources.nix;"],
  "niv, inherited": ["nixpkgs", "inherit (import ./nix/sources.nix) nixpkgs;"],
  "niv, in place": ["(import ./nix/sources.nix).nixpkgs"],
  npins: ['(import ./npins)."nixos-24.05"'],
  "a flake's lock file": [
    "(fetchTarball { url = locked.url; sha256 = locked.narHash; })",
    "locked = (builtins.fromJSON (builtins.readFile ./flake.lock)).nodes.nixpkgs.locked;",
  ],
  "flake-compat": [
    "flake.inputs.nixpkgs",
    'flake = (import (fetchTarball "https://example.org") { src = ./.; }).defaultNix;',
  ],
  "a missing path": ["./nixpkgs"],
  "another search path": ["<nixos-unstable>"],
  "a path with an interpolation": ['"${fetchTarball "https://example.org"}/pkgs"'],
};

/** Arguments of an instance of nixpkgs -> the system of its machines, and its position. */
const states: Readonly<Record<string, readonly [argument: string, at: string, system?: string]>> = {
  system: ['{ system = "aarch64-linux"; config = { }; }', '"aarch64-linux"'],
  "localSystem as a string": ['{ localSystem = "aarch64-linux"; }', '"aarch64-linux"'],
  "localSystem as a set": ['{ localSystem = { system = "aarch64-linux"; }; }', '"aarch64-linux"'],
  "localSystem.system": ['{ localSystem.system = "aarch64-linux"; }', '"aarch64-linux"'],
  "localSystem by its triple": ['{ localSystem.config = "aarch64-unknown-linux-gnu"; }', '"aarch64-unknown-linux-gnu"'],
  "crossSystem before system": ['{ system = "x86_64-linux"; crossSystem = "aarch64-linux"; }', '"aarch64-linux"'],
  "crossSystem as a set": [
    '{ crossSystem = { config = "aarch64-unknown-linux-gnu"; }; }',
    '"aarch64-unknown-linux-gnu"',
  ],
  "crossSystem that is null": ['{ system = "aarch64-linux"; crossSystem = null; }', '"aarch64-linux"'],
};

for (const [pinName, [pin, names = ""]] of Object.entries(pins))
  for (const [stateName, [argument, at]] of Object.entries(states)) {
    test(`system of nixpkgs by ${pinName} with ${stateName}`, () => {
      const made = `import ${pin} ${argument}`;
      const { system, ...rest } = { system: "aarch64-linux", at };
      const text = (network: string) => (names === "" ? network : `let ${names} in ${network}`);
      assert.deepEqual(systemOf(text(`{ network.pkgs = ${made}; a = { }; }`)), {
        value: system,
        origin: "network.pkgs",
        ...rest,
      });
      assert.deepEqual(systemOf(text(`{ a = { nixpkgs.pkgs = ${made}; }; }`)), {
        value: system,
        origin: "nixpkgs.pkgs",
        ...rest,
      });
    });
  }

test("system of a flake's packages", () => {
  const packages = '(builtins.getFlake "nixpkgs").legacyPackages';
  const at = `${packages}.aarch64-linux`;
  assert.deepEqual(systemOf(`{ network.pkgs = ${at}; a = { }; }`), {
    value: "aarch64-linux",
    origin: "network.pkgs",
    at,
  });
  const chosen = `${packages}.\${s}`;
  assert.deepEqual(systemOf(`let s = "aarch64-linux"; in { a.nixpkgs.pkgs = ${chosen}; }`), {
    value: "aarch64-linux",
    origin: "nixpkgs.pkgs",
    at: chosen,
  });
});

test("a pin that is not used as an instance of nixpkgs determines nothing", () => {
  const pin = '(import (fetchTarball "https://example.org") { system = "aarch64-linux"; })';
  assert.deepEqual(systemOf(`{ network.pkgs = ${pin}.pkgsCross.x; a = { }; }`), {
    origin: "network.pkgs",
    at: `${pin}.pkgsCross.x`,
  });
  assert.deepEqual(systemOf(`{ a = { nixpkgs.system = if ${pin} == 1 then "x" else "y"; }; }`).value, undefined);
});

/** An evalConfig -> the system of a machine that sets none. */
const evalConfigs: Readonly<Record<string, readonly [text: string, system: string | undefined]>> = {
  "that sets the system": [
    'args: import <nixpkgs/nixos/lib/eval-config.nix> (args // { system = "aarch64-linux"; })',
    "aarch64-linux",
  ],
  "of a pin": [
    'a: import ((fetchTarball "x") + "/nixos/lib/eval-config.nix") (a // { system = "aarch64-linux"; })',
    "aarch64-linux",
  ],
  "that adds a module": [
    'args: import <nixpkgs/nixos/lib/eval-config.nix> (args // { modules = args.modules ++ [ { nixpkgs.hostPlatform = "aarch64-linux"; } ]; })',
    "aarch64-linux",
  ],
  "that passes an instance": [
    'args: import <nixpkgs/nixos/lib/eval-config.nix> (args // { pkgs = import <nixpkgs> { system = "aarch64-linux"; }; })',
    "aarch64-linux",
  ],
  "that passes its arguments": ["args: import <nixpkgs/nixos/lib/eval-config.nix> args", undefined],
  "that does something else": ["args: builtins.getEnv args", undefined],
};

for (const [name, [text, system]] of Object.entries(evalConfigs))
  test(`system of an evalConfig ${name}`, () => {
    const document = nixDocument('{ network.evalConfig = ./e.nix; a = { }; b.nixpkgs.system = "armv7l-linux"; }');
    const { machines } = readNetwork(document, memorySources({ "/net/e.nix": text }));
    assert.equal(machines[0]?.system.value, system);
    if (name.includes("sets")) assert.equal(machines[1]?.system.value, "armv7l-linux");
  });
