// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Recognition } from "../../../server/src/network/modules/recognise.ts";
import { readText } from "../../../server/src/network/network.ts";
import { memorySources } from "../../support/memorySources.ts";
import { nixDocument } from "../../support/nixDocument.ts";

// The kind of a text by its content, regardless of its file name. The shapes are those of real files; the texts are not.

/** A text alone, or with the files that it imports. */
type Shape = string | readonly [text: string, files: Readonly<Record<string, string>>];

function recognised(shape: Shape): Recognition {
  const [text, files] = typeof shape === "string" ? [shape, {}] : shape;
  const sources = memorySources(
    Object.fromEntries(Object.entries(files).map(([file, each]) => [`/net/${file}`, each])),
  );
  const document = nixDocument(text, "file:///net/file.nix");
  try {
    return readText(document, sources).recognised;
  } finally {
    document.dispose();
  }
}

const web = `web = { config, pkgs, ... }: { deployment.targetHost = "10.0.0.1"; services.nginx.enable = true; };`;

const networks: Record<string, Shape> = {
  "a set with a description and functions": `{ network.description = "prod"; ${web} }`,
  "a network as a set": `{ network = { description = "prod"; pkgs = import <nixpkgs> { }; }; ${web} }`,
  "a let around it": `let pkgs = import <nixpkgs> { }; in { network = { inherit pkgs; }; ${web} }`,
  "a leading with": `with import <nixpkgs/lib>; { network.description = "x"; ${web} }`,
  "a leading with of builtins and a trace": `with builtins; __trace "x" (let a = 1; in { network = { description = "x"; }; ${web} })`,
  "a trace of the library": `let lib = import <nixpkgs/lib>; in lib.traceVal { network.description = "x"; ${web} }`,
  "an assertion": `assert true; { network.description = "x"; ${web} }`,
  "a recursive set": `rec { network.description = "x"; ${web} }`,
  "a function of its nixpkgs": `{ pkgs ? import <nixpkgs> { }, ... }: { network.description = "x"; ${web} }`,
  "a network of NixOps that needs arguments": `{ count, region }: { network.enableRollback = true; ${web} }`,
  "merged sets": `{ network.description = "x"; } // { ${web} }`,
  "merged with what is computed": `{ network.description = "x"; } // (import ./unknown.nix)`,
  "a network whose settings are imported": [
    `{ network = import ./settings.nix; ${web} }`,
    { "settings.nix": `{ pkgs = 1; }` },
  ],
  "a network whose settings cannot be read": `{ network = import ./unknown.nix; ${web} }`,
  "only a network": `{ network = { }; }`,
  "no network, a function with a deployment": `{ ${web} }`,
  "no network, sets with a deployment": `{ "10.0.0.2" = { deployment.targetUser = "root"; }; }`,
  "a deployment in a path": `{ web.deployment.targetHost = "10.0.0.1"; }`,
  "a deployment behind a let": `let base = { deployment.targetHost = "a"; }; in { a = base; }`,
  "a deployment behind a function's let": `{ a = { ... }: let host = "a"; in { deployment.targetHost = host; }; }`,
  "a deployment in a module's config": `{ a = { ... }: { options = { }; config.deployment.targetHost = "a"; }; }`,
  "a deployment under a condition": `let lib = import <nixpkgs/lib>; in { a = lib.mkMerge [ { } (lib.mkIf true { deployment.tags = [ ]; }) ]; }`,
  "a deployment behind a helper": [
    `let mkHost = path: { imports = [ path ]; deployment.targetHost = "x"; }; in { a = mkHost ./a.nix; }`,
    { "a.nix": "{ services.nginx.enable = true; }" },
  ],
  "a deployment behind an imported helper": [
    `let mkHost = import ./mkHost.nix; in { a = mkHost ./a.nix; }`,
    { "mkHost.nix": `path: { imports = [ path ]; }`, "a.nix": `{ ... }: { deployment.targetHost = "a"; }` },
  ],
  "a deployment in an import": [
    `{ a = { imports = [ ./a.nix ]; }; b = { }; }`,
    { "a.nix": `{ imports = [ ./target.nix ]; }`, "target.nix": `{ deployment.targetHost = "a"; }` },
  ],
  "a deployment in the defaults": `{ defaults = { deployment.targetUser = "deploy"; }; a = { ... }: { }; }`,
  "machines that are paths": [`{ a = ./a.nix; }`, { "a.nix": `{ deployment.targetHost = "a"; }` }],
  "machines that are folders": [
    `{ a = import ./a; }`,
    { "a/default.nix": `{ ... }: { deployment.targetHost = "a"; }` },
  ],
  "a call that makes all": [
    `import ./make.nix { nodes = { a = ./a.nix; }; }`,
    {
      "make.nix": `{ nodes }: { network.description = "made"; } // builtins.mapAttrs (name: path: import path) nodes`,
      "a.nix": `{ ... }: { deployment.targetHost = "a"; }`,
    },
  ],
  "names of a folder": [
    `let files = builtins.readDir ./hosts; in builtins.mapAttrs (name: _: import (./hosts + "/\${name}")) files`,
    {
      "hosts/a": `{ deployment.targetHost = "a"; }`,
      "hosts/b/default.nix": `{ ... }: { deployment.targetHost = "b"; }`,
    },
  ],
  "names of JSON": [
    `builtins.mapAttrs (name: host: { deployment.targetHost = host; }) (builtins.fromJSON (builtins.readFile ./hosts.json))`,
    { "hosts.json": `{ "a": "10.0.0.1" }` },
  ],
  "names of genList": `builtins.listToAttrs (builtins.genList (i: { name = "n\${toString i}"; value = { deployment.tags = [ ]; }; }) 3)`,
  "a hive of Colmena": `{ meta = { nixpkgs = import <nixpkgs> { }; }; a = { name, ... }: { deployment.targetHost = name; }; }`,
  "machines with names of options": `{ network.description = "x"; home = { ... }: { }; users = { services.x = 1; }; }`,
  "machines with names of options and a deployment": `{ services = { deployment.targetHost = "a"; }; mail = { ... }: { }; }`,
  "a machine that is called config": `{ network.description = "x"; config = { config, ... }: { }; }`,
  "an error behind the network": `{\n  network.description = "x";\n  a = { ... }: {\n    services.nginx = {\n}\n`,
};

for (const [name, shape] of Object.entries(networks))
  test(`${name} is a network`, () => assert.equal(recognised(shape), "network"));

/** Networks if their file names match: they have neither a `network` nor a `deployment`. */
const machines: Record<string, Shape> = {
  "functions with the arguments of modules": `{ a = { config, pkgs, ... }: { my.role = "web"; }; b = { ... }: { }; }`,
  "sets of NixOS's options": `{ a = { services.nginx.enable = true; }; b.networking.hostName = "b"; }`,
  "imports of modules": [
    `{ a = import ./a.nix; b = ./b.nix; }`,
    { "a.nix": `{ config, ... }: { services.a = 1; }`, "b.nix": `{ boot.loader.grub.enable = true; }` },
  ],
  "sets with imports": `{ git = { imports = [ ./git.nix ]; }; }`,
  "a machine that is defined twice": `{ a = { ... }: { }; a = { ... }: { }; }`,
  "empty machines": `{ a = { }; b = { }; }`,
  "machines of a helper": `let mk = name: { networking.hostName = name; }; in { a = mk "a"; }`,
};

for (const [name, shape] of Object.entries(machines))
  test(`${name} are machines`, () => assert.equal(recognised(shape), "machines"));

const unknown: Record<string, Shape> = {
  "an empty text": "",
  "an empty set": "{ }",
  "a call of what is not known": "import ./make.nix { nodes = { }; }",
  "machines of names that are not known": `builtins.listToAttrs (import ./hosts.nix)`,
};

for (const [name, shape] of Object.entries(unknown))
  test(`${name} may be a network`, () => assert.equal(recognised(shape), "unknown"));

/** Texts that are not networks, and whether they are certainly something else. */
const others: Record<string, readonly [is: "other" | "nothing", shape: Shape]> = {
  "a module": ["other", `{ config, pkgs, ... }: { services.nginx.enable = true; }`],
  "a module that needs no arguments": ["other", `{ services.nginx.enable = true; networking.firewall.enable = true; }`],
  "a module that is open for arguments": ["other", `{ ... }: { networking.hostName = "a"; }`],
  "a module of one option": ["other", `{ hardware.enableRedistributableFirmware = true; }`],
  "a module with a leading with": ["other", `{ config, lib, pkgs, ... }: with lib; { networking.useDHCP = false; }`],
  "a module with a let": [
    "other",
    `{ config, lib, ... }: let cfg = config.x; in { config = lib.mkIf cfg.enable { }; }`,
  ],
  "a module that declares options": [
    "other",
    `{ lib, ... }: { options.network.hosts = lib.mkOption { }; config = { }; }`,
  ],
  "options and config alone": ["other", `{ options = { x = 1; }; config = { y = 2; }; }`],
  "imports alone": ["other", `{ imports = [ ./hardware.nix ./network.nix ]; }`],
  "imports of a module that is a function": ["other", `{ ... }: { imports = [ ./a.nix ]; network.x = 1; }`],
  "a module that is entirely a condition": ["other", `{ lib, config, ... }: lib.mkIf config.services.x.enable { }`],
  "a module that merges": ["other", `{ lib, ... }: lib.mkMerge [ { networking.hostName = "a"; } { } ]`],
  "a module that merges sets": ["other", `{ pkgs, ... }: { boot.kernelPackages = pkgs.x; } // { networking.x = 1; }`],
  "a module that its arguments make": ["other", `{ config, ... }@args: import ./x.nix args`],
  "a curried module": ["other", `interface: { config, ... }: { networking.interfaces.\${interface}.useDHCP = true; }`],
  "a module of addresses": [
    "other",
    `{ networking = { hostName = "x"; interfaces.eth0.ipv4.addresses = [ { address = "10.0.0.1"; } ]; }; }`,
  ],
  "a module of systemd-networkd": [
    "other",
    `{ systemd.network = { enable = true; networks."10-lan".matchConfig.Name = "en*"; }; }`,
  ],
  "a module of a deployment tool": [
    "other",
    `{ pkgs, ... }: { deployment.targetHost = "a"; services.nginx.enable = true; }`,
  ],
  "a host with only its deployment": ["other", `{ deployment = { targetHost = "a"; tags = [ "x" ]; }; }`],
  "a module with an option named network": [
    "other",
    `{ network.wireguard.enable = true; services.openssh.enable = true; }`,
  ],
  "a module with an option named network, and arguments": [
    "other",
    `{ config, ... }: { network.wireguard.enable = true; }`,
  ],
  "a hardware configuration": [
    "other",
    `{ config, lib, modulesPath, ... }: { imports = [ (modulesPath + "/x.nix") ]; boot.initrd.availableKernelModules = [ ];
       fileSystems."/" = { device = "/dev/sda"; }; nixpkgs.hostPlatform = lib.mkDefault "x86_64-linux"; }`,
  ],
  "a module of containers": ["other", `{ containers.web = { config = { ... }: { services.nginx.enable = true; }; }; }`],
  "a module of a virtual machine": ["other", `{ virtualisation.vmVariant = { virtualisation.memorySize = 1024; }; }`],
  "a module of users": ["other", `{ users.users.root.openssh.authorizedKeys.keys = [ "x" ]; }`],
  "a module of home-manager": ["other", `{ home = { username = "x"; }; programs.git.enable = true; }`],
  "a module of home-manager with arguments": ["other", `{ config, pkgs, ... }: { xdg.enable = true; }`],
  "a module that disables others": ["other", `{ disabledModules = [ "services/x.nix" ]; }`],
  "a module with a service named deployment": ["other", `{ services.deployment.enable = true; networking.x = 1; }`],
  "a flake": [
    "nothing",
    `{ description = "x"; inputs = { }; outputs = { self, nixpkgs, ... }: { nixosConfigurations.x = 1; }; }`,
  ],
  "an overlay": ["other", `self: super: { network = super.callPackage ./network.nix { }; }`],
  "a list of overlays": ["other", `[ (self: super: { }) ]`],
  "a set of overlays": ["nothing", `{ mine = final: prev: { hello = 1; }; }`],
  "a package": ["other", `{ stdenv, fetchurl }: stdenv.mkDerivation { name = "network"; }`],
  "a package of nixpkgs": ["other", `with import <nixpkgs> { }; stdenv.mkDerivation { name = "deploy"; }`],
  "a script of nixpkgs": ["other", `{ pkgs ? import <nixpkgs> { } }: pkgs.writeShellScriptBin "deploy" "morph deploy"`],
  "a shell": ["other", `let pkgs = import <nixpkgs> { }; in pkgs.mkShell { buildInputs = [ pkgs.morph ]; }`],
  "a set of packages": ["nothing", `{ pkgs ? import <nixpkgs> { } }: { deploy = pkgs.writeScript "x" ""; }`],
  "a library": ["nothing", `{ mkHost = name: address: { inherit name address; }; double = x: x * 2; }`],
  "a library that makes modules": [
    "nothing",
    `{ id = x: x; twice = x: x + x; host = name: { networking.hostName = name; }; version = { major = 1; }; }`,
  ],
  "a derivation without nixpkgs": ["other", `derivation { name = "x"; builder = "/bin/sh"; system = "x86_64-linux"; }`],
  "a library of a nixpkgs": ["other", `{ lib }: { mkHost = name: lib.nameValuePair name { }; }`],
  "a test driver": [
    "other",
    `import <nixpkgs/nixos/tests/make-test-python.nix> ({ pkgs, ... }: { name = "x"; nodes.a = { ... }: { }; testScript = ""; })`,
  ],
  "a test": [
    "other",
    `{ pkgs, ... }: { name = "x"; nodes.machine = { ... }: { services.x.enable = true; }; testScript = ""; }`,
  ],
  "data of hosts": [
    "nothing",
    `{ web = { ip = "10.0.0.1"; mac = "00:00"; }; db = { ip = "10.0.0.2"; mac = "00:01"; }; }`,
  ],
  "data of addresses": ["nothing", `{ gateway = "10.0.0.1"; hosts = { a = "10.0.0.2"; }; dns = [ "1.1.1.1" ]; }`],
  "data of a network": ["nothing", `{ network = { subnet = "10.0.0.0/8"; }; domain = "example.org"; }`],
  "data with a network that is a string": ["nothing", `{ network = "10.0.0.0/8"; gateway = "10.0.0.1"; }`],
  "data of JSON": [
    "nothing",
    ["builtins.fromJSON (builtins.readFile ./x.json)", { "x.json": `{ "a": { "ip": "x" } }` }],
  ],
  "an import of a module": ["other", ["import ./x.nix", { "x.nix": `{ config, ... }: { services.x = 1; }` }]],
  "a number": ["other", "1"],
  "a text": ["other", '"x"'],
  "a path": ["other", "./network.nix"],
  "pins of sources": ["other", `{ nixpkgs = builtins.fetchTarball "https://example.org/x"; }`],
  "a job set": ["nothing", `{ nixpkgs ? <nixpkgs> }: { tests = { a = 1; }; release = [ ]; }`],
};

for (const [name, [is, shape]] of Object.entries(others))
  test(`${name} is ${is === "other" ? "something else" : "no network"}`, () => assert.equal(recognised(shape), is));
