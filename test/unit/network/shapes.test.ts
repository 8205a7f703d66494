import assert from "node:assert/strict";
import { test } from "node:test";
import type { Location } from "vscode-languageserver-types";
import { readNetwork } from "../../../server/src/network/network.ts";
import { memorySources } from "../../support/memorySources.ts";
import { nixDocument } from "../../support/nixDocument.ts";

// The shapes of real network files: how machines are named and bound, and where their systems are set.

/** Files of a network below /net, and the result of reading it. */
interface Shape {
  readonly files: Readonly<Record<string, string>>;
  readonly complete?: boolean;
  /**
   * machine -> its system as `value origin file:text`, where `text` is what stands at its location; `unstated` alone. A machine
   * that has to be built elsewhere has ` built VALUE` behind it.
   */
  readonly machines: Readonly<Record<string, string>>;
}

const arm = '"aarch64-linux"';
const stated = `aarch64-linux stated network.nix:${arm}`;

/** One file, all names known. */
const one = (text: string, machines: Shape["machines"]): Shape => ({ files: { "network.nix": text }, machines });

const shapes: Record<string, Shape> = {
  "function with formals": one(`{ a = { config, pkgs, ... }: { nixpkgs.system = ${arm}; }; }`, { a: stated }),
  "attrset with imports": {
    files: {
      "network.nix": "{ git = { imports = [ ./hosts/git.nix ]; }; }",
      "hosts/git.nix": `{ nixpkgs.system = ${arm}; }`,
    },
    machines: { git: `aarch64-linux stated hosts/git.nix:${arm}` },
  },
  "import of a folder": {
    files: {
      "network.nix": "{ db = import ../net/hosts/db; }",
      "hosts/db/default.nix": `{ lib, ... }: { nixpkgs.hostPlatform = lib.mkDefault ${arm}; }`,
    },
    machines: { db: `aarch64-linux stated hosts/db/default.nix:${arm}` },
  },
  "call of a helper with a set": one(
    `let mkMachine = { name, system, ... }: { config, ... }: { nixpkgs.system = system; networking.hostName = name; };
     in { mail = mkMachine { name = "mail"; system = ${arm}; }; }`,
    { mail: stated },
  ),
  "call of a helper by position": one(
    `let mk = name: system: { nixpkgs = { inherit system; }; }; in { mail = mk "mail" ${arm}; }`,
    { mail: stated },
  ),
  "call of an imported helper with a default formal": {
    files: {
      "network.nix": 'let mk = import ./mk.nix; in { mail = mk { }; web = mk { system = "x86_64-linux"; }; }',
      "mk.nix": `{ system ? ${arm} }: { ... }: { nixpkgs.localSystem.system = system; }`,
    },
    machines: {
      mail: `aarch64-linux stated mk.nix:${arm}`,
      web: 'x86_64-linux stated network.nix:"x86_64-linux"',
    },
  },
  "path literal": {
    files: { "network.nix": `{ "10.0.0.2" = ./pi.nix; }`, "pi.nix": `{ nixpkgs.system = ${arm}; }` },
    machines: { "10.0.0.2": `aarch64-linux stated pi.nix:${arm}` },
  },
  "selection from a set that a let binds": one(
    `let systems = { home = { nixpkgs.system = ${arm}; }; }; in { "home.example.org" = systems.home; }`,
    { "home.example.org": stated },
  ),
  "function with a let": one(`{ a = { ... }: let s = ${arm}; in { nixpkgs.system = s; }; }`, { a: stated }),
  "underscore, with and update": {
    files: {
      "network.nix": `{ a = _: { nixpkgs.system = ${arm}; }; b = { pkgs, ... }: with pkgs; { nixpkgs.system = ${arm}; };
        c = { ... }: { } // import ./x.nix; }`,
      "x.nix": `{ nixpkgs.system = ${arm}; }`,
    },
    machines: { a: stated, b: stated, c: `aarch64-linux stated x.nix:${arm}` },
  },
  "a repeated identifier": one(`let pi = { nixpkgs.system = ${arm}; }; in { a = pi; b = pi; }`, {
    a: stated,
    b: stated,
  }),
  "a whole network that is a function of its nixpkgs": {
    files: {
      "network.nix": `{ pkgs ? import <nixpkgs> { }, ... }: { network.description = "n"; a = { nixpkgs.system = ${arm}; }; }`,
    },
    complete: false,
    machines: { a: stated },
  },
  "a leading with": one(`with import <nixpkgs> { }; { a = { nixpkgs.system = ${arm}; }; }`, { a: stated }),
  "a traced network": one(`builtins.trace "deploying" { a = { nixpkgs.system = ${arm}; }; }`, { a: stated }),

  "listToAttrs over a literal list": one(
    `{ a = { }; } // builtins.listToAttrs (map (n: { name = n; value = { nixpkgs.system = ${arm}; }; }) [ "b" "c" ])`,
    { a: "unstated", b: stated, c: stated },
  ),
  "listToAttrs over genList": one(
    `builtins.listToAttrs (builtins.genList (i: { name = "node\${toString i}"; value = { }; }) 3)`,
    { node0: "unstated", node1: "unstated", node2: "unstated" },
  ),
  "listToAttrs over readDir": {
    files: {
      "network.nix": `let dir = ./hosts; names = builtins.attrNames (builtins.readDir dir); in
        builtins.listToAttrs (map (n: { name = builtins.replaceStrings [ ".nix" ] [ "" ] n; value = import (dir + "/\${n}"); }) names)`,
      "hosts/a.nix": `{ nixpkgs.system = ${arm}; }`,
      "hosts/b.nix": "{ }",
    },
    machines: { a: `aarch64-linux stated hosts/a.nix:${arm}`, b: "unstated" },
  },
  "machines of a JSON file": {
    files: {
      "network.nix": `let hosts = builtins.fromJSON (builtins.readFile ./hosts.json); in
        builtins.mapAttrs (name: host: { nixpkgs.system = host.system; }) hosts`,
      "hosts.json": `{"a":{"system":"aarch64-linux"}}`,
    },
    machines: { a: "aarch64-linux stated network.nix:host.system" },
  },
  "mapAttrs over a literal set": one(
    `let f = name: system: { nixpkgs.system = system; }; in { } // builtins.mapAttrs f { a = ${arm}; }`,
    { a: stated },
  ),
  "mapAttrs' of an unknown nixpkgs' lib": one(
    `let pkgs = import (builtins.fetchTarball "https://example.org/x") { }; in
     pkgs.lib.mapAttrs' (n: v: pkgs.lib.nameValuePair "\${n}.example" v) { a = { nixpkgs.system = ${arm}; }; }`,
    { "a.example": stated },
  ),
  "genAttrs, removeAttrs and filterAttrs": one(
    `let lib = (import <nixpkgs> { }).lib; all = lib.genAttrs [ "a" "b" "c" "d" ] (n: { }); in
     lib.filterAttrs (n: _: n != "b") (removeAttrs all [ "a" ])`,
    { c: "unstated", d: "unstated" },
  ),
  "optionalAttrs with a known condition": one(
    `let lib = import <nixpkgs/lib>; test = false; in { a = { }; } // lib.optionalAttrs test { b = { }; } // lib.optionalAttrs (!test) { c = { }; }`,
    { a: "unstated", c: "unstated" },
  ),
  "optionalAttrs with an unknown condition": {
    files: {
      "network.nix": `let lib = import <nixpkgs/lib>; in { a = { }; } // lib.optionalAttrs (builtins.getEnv "X" == "1") { b = { }; }`,
    },
    complete: false,
    machines: { a: "unstated" },
  },
  "an interpolated name": one(`let domain = "example.org"; in { "web.\${domain}" = { }; }`, {
    "web.example.org": "unstated",
  }),
  "a whole network made by a call": {
    files: {
      "network.nix": "import ./make.nix { count = 2; }",
      "make.nix": `{ count }: builtins.listToAttrs (builtins.genList (i: { name = "n\${toString i}"; value = { }; }) count)`,
    },
    machines: { n0: "unstated", n1: "unstated" },
  },
  "a function of the user's own over a literal set": one(
    `let withCommon = machines: builtins.mapAttrs (n: m: { imports = [ m ]; }) machines; in { } // withCommon { a = { nixpkgs.system = ${arm}; }; }`,
    { a: stated },
  ),
  "machines of another file": {
    files: {
      "network.nix": "let base = { network = { }; }; in base // import ./machines",
      "machines/default.nix": `{ a = { nixpkgs.system = ${arm}; }; }`,
    },
    machines: { a: `aarch64-linux stated machines/default.nix:${arm}` },
  },
  "a flake": {
    files: { "network.nix": "{ a = { }; } // (builtins.getFlake (toString ./.)).machines" },
    complete: false,
    machines: { a: "unstated" },
  },
  "a missing file": {
    files: { "network.nix": "{ a = { }; } // import ./gone.nix" },
    complete: false,
    machines: { a: "unstated" },
  },
  "a file that imports itself": {
    files: { "network.nix": "{ a = ./loop.nix; }", "loop.nix": "{ imports = [ ./loop.nix ]; }" },
    machines: { a: "unstated" },
  },
  "a machine on an unknown condition": {
    files: {
      "network.nix": "{ plain = { }; odd = import ./odd.nix { time = builtins.currentTime; }; }",
      "odd.nix": `{ time }: if time > 0 then { nixpkgs.system = ${arm}; } else { }`,
    },
    machines: { plain: "unstated", odd: "undefined stated nowhere" },
  },
  "a machine with a missing hardware configuration": {
    files: {
      "network.nix":
        '{ a = { modulesPath, ... }: { imports = [ <nixpkgs/nixos/x.nix> (modulesPath + "/y.nix") ./hardware.nix ]; }; b = ./b.nix; }',
      "b.nix": `{ modulesPath, ... }: { imports = [ <nixpkgs/nixos/x.nix> "\${modulesPath}/y.nix" ./hardware/b.nix ]; }`,
      "hardware/b.nix":
        '{ lib, modulesPath, ... }: { imports = [ (modulesPath + "/installer/scan/not-detected.nix") ]; }',
    },
    machines: { a: "undefined stated nowhere", b: "unstated" },
  },
  "an infinite recursion": {
    files: { "network.nix": "let x = x; in { a = { }; } // x" },
    complete: false,
    machines: { a: "unstated" },
  },

  "hostPlatform as a set": one(`{ a = { nixpkgs.hostPlatform.system = ${arm}; }; }`, { a: stated }),
  "hostPlatform as a triple": one(`{ a = { nixpkgs.hostPlatform.config = "aarch64-unknown-linux-gnu"; }; }`, {
    a: 'aarch64-linux stated network.nix:"aarch64-unknown-linux-gnu"',
  }),
  "a recursive nixpkgs": one(`{ a = { nixpkgs = rec { system = ${arm}; }; }; }`, { a: stated }),
  "cross compilation by buildPlatform": one(
    `{ a = { nixpkgs.hostPlatform = ${arm}; nixpkgs.buildPlatform = "x86_64-linux"; }; }`,
    { a: `${stated} built x86_64-linux` },
  ),
  "cross compilation by crossSystem": one(
    `{ a = { lib, ... }: { nixpkgs.system = "x86_64-linux"; nixpkgs.crossSystem = lib.systems.elaborate { config = "aarch64-unknown-linux-gnu"; }; }; }`,
    { a: 'aarch64-linux stated network.nix:"aarch64-unknown-linux-gnu" built x86_64-linux' },
  ),
  "an example of nixpkgs": one(`{ a = { lib, ... }: { nixpkgs.crossSystem = lib.systems.examples.raspberryPi; }; }`, {
    a: "armv6l-linux stated network.nix:lib.systems.examples.raspberryPi",
  }),
  "mkForce before a plain definition before mkDefault": {
    files: {
      "network.nix": `{ a = { lib, ... }: { imports = [ ./d.nix ./p.nix ]; nixpkgs.system = lib.mkForce ${arm}; }; b = { imports = [ ./d.nix ./p.nix ]; }; }`,
      "d.nix": `{ lib, ... }: { nixpkgs.system = lib.mkDefault "i686-linux"; }`,
      "p.nix": `{ nixpkgs.system = "x86_64-linux"; }`,
    },
    machines: { a: stated, b: 'x86_64-linux stated p.nix:"x86_64-linux"' },
  },
  "mkIf with a known condition": one(
    `{ a = { lib, ... }: { nixpkgs = lib.mkMerge [ (lib.mkIf false { system = "i686-linux"; }) (lib.mkIf true { system = ${arm}; }) ]; }; }`,
    { a: stated },
  ),
  "mkIf with an unknown condition decides nothing": one(
    `{ a = { lib, config, ... }: { nixpkgs.system = lib.mkIf config.services.x.enable ${arm}; }; }`,
    { a: `undefined stated network.nix:${arm}` },
  ),
  "the network's defaults, set through an import": {
    files: {
      "network.nix": "{ defaults = { imports = [ ./common.nix ]; }; a = { }; }",
      "common.nix": `{ nixpkgs.system = ${arm}; }`,
    },
    machines: { a: `aarch64-linux defaults common.nix:${arm}` },
  },
  "nixpkgs.pkgs of an import": {
    files: {
      "network.nix": "{ a = ./a.nix; }",
      "a.nix": `{ nixpkgs.pkgs = import <nixpkgs> { system = ${arm}; }; nixpkgs.system = "x86_64-linux"; }`,
    },
    machines: { a: `aarch64-linux nixpkgs.pkgs a.nix:${arm} instead of x86_64-linux` },
  },
  "network.pkgs bound by a let": one(
    `let pkgs = import <nixpkgs> { system = ${arm}; }; in { network = { inherit pkgs; }; a = { }; }`,
    { a: `aarch64-linux network.pkgs network.nix:${arm}` },
  ),
  "what the machine can emulate and what stands in comments": one(
    `{ a = { boot.binfmt.emulatedSystems = [ ${arm} ]; system.stateVersion = "23.05"; /* nixpkgs.system = ${arm}; */ }; }`,
    { a: "unstated" },
  ),

  "imports in all forms": {
    files: {
      "network.nix": `let dir = ./hosts; name = "c.nix"; lib = import <nixpkgs/lib>; in {
        a = { imports = [ ../net/x.nix ] ++ lib.optional (builtins.pathExists ./hosts/a.nix) ./hosts/a.nix; };
        b = { modulesPath, ... }: { imports = [ (modulesPath + "/profiles/x.nix") <nixpkgs/nixos/x.nix> (import ./hosts/a.nix) ]; };
        c = { imports = [ (./hosts + "/\${name}") ]; };
        d = { imports = [ "\${dir}/c.nix" ]; };
        e = { require = [ ./hosts/a.nix ]; };
        f = { config = { nixpkgs.system = ${arm}; }; };
        g = { imports = [ hosts/a.nix ]; };
      }`,
      "x.nix": "{ }",
      "hosts/a.nix": `{ nixpkgs.system = ${arm}; }`,
      "hosts/c.nix": `{ ... }: { imports = [ ./a.nix ]; }`,
    },
    machines: Object.fromEntries(
      [..."abcdeg"].map(name => [name, `aarch64-linux stated hosts/a.nix:${arm}`]).concat([["f", stated]]),
    ),
  },
};

for (const [name, { files, complete = true, machines }] of Object.entries(shapes)) {
  test(`shape: ${name}`, () => {
    const whole = Object.fromEntries(Object.entries(files).map(([file, text]) => [`/net/${file}`, text]));
    const text = (location: Location) => {
      const document = nixDocument(whole[location.uri.replace("file://", "")] ?? "", location.uri);
      return document.text.slice(document.offsetAt(location.range.start), document.offsetAt(location.range.end));
    };
    const at = (location: Location | undefined) =>
      location === undefined ? "nowhere" : `${location.uri.replace("file:///net/", "")}:${text(location)}`;
    const network = readNetwork(
      nixDocument(whole["/net/network.nix"] ?? "", "file:///net/network.nix"),
      memorySources(whole),
    );
    const found = network.machines.map(({ name: machine, system, buildSystem }) => [
      machine,
      system.origin === "unstated"
        ? "unstated"
        : `${system.value} ${system.origin} ${at(system.location)}` +
          (buildSystem === undefined ? "" : ` built ${buildSystem.value}`) +
          (system.overridden === undefined ? "" : ` instead of ${system.overridden.value}`),
    ]);
    assert.deepEqual(Object.fromEntries(found), machines);
    assert.equal(network.complete, complete);
  });
}
