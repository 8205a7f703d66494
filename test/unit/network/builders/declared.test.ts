import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { lineOfMachine } from "../../../../server/src/network/builders/buildMachine.ts";
import { builderDeclarations } from "../../../../server/src/network/builders/declared.ts";
import { anyText } from "../../../support/arbitraries.ts";
import { memorySources } from "../../../support/memorySources.ts";
import { nixDocument } from "../../../support/nixDocument.ts";

/** The lines that entries mean, `?` before those under a condition, and `...` at the end if there may be others. */
function machinesIn(text: string, files: Record<string, string> = {}): string[] {
  const { buildMachines } = builderDeclarations(nixDocument(text, "file:///net/x.nix"), memorySources(files));
  return buildMachines.flatMap(({ entries, isComplete }) => [
    ...entries.map(({ machine, isConditional }) => `${isConditional ? "? " : ""}${lineOfMachine(machine)}`),
    ...(isComplete ? [] : ["..."]),
  ]);
}

/** A text -> the lines of its build machines. */
const machines: Record<string, [text: string, lines: string[], files?: Record<string, string>]> = {
  "everything that can be set": [
    `{ nix.buildMachines = [ { hostName = "a"; protocol = "ssh-ng"; sshUser = "nix"; sshKey = "/root/key"; maxJobs = 4;
       speedFactor = 2; systems = [ "x86_64-linux" "i686-linux" ]; supportedFeatures = [ "kvm" ];
       mandatoryFeatures = [ "benchmark" ]; publicHostKey = "c3No"; } ]; }`,
    ["ssh-ng://nix@a x86_64-linux,i686-linux /root/key 4 2 kvm,benchmark benchmark c3No"],
  ],
  "defaults, and a protocol of null": [
    `{ ... }: { nix = { buildMachines = [ { hostName = "localhost"; protocol = null; system = "x86_64-linux"; } ]; }; }`,
    ["localhost x86_64-linux - 1 1 - - -"],
  ],
  "system wins over systems": [
    `{ nix.buildMachines = [ { hostName = "a"; system = "aarch64-linux"; systems = [ "x86_64-linux" ]; } ]; }`,
    ["ssh://a aarch64-linux - 1 1 - - -"],
  ],
  "no systems at all": [`{ nix.buildMachines = [ { hostName = "a"; system = null; } ]; }`, ["ssh://a - - 1 1 - - -"]],
  "one entry for each system": [
    `let systems = [ "aarch64-linux" "armv7l-linux" ]; in { pkgs, ... }: {
       nix.buildMachines = map (system: { hostName = "pi"; sshUser = "root"; inherit system; maxJobs = 2; }) systems; }`,
    ["ssh://root@pi aarch64-linux - 2 1 - - -", "ssh://root@pi armv7l-linux - 2 1 - - -"],
  ],
  "one entry for each host, with a function": [
    `{ lib, ... }: let builder = hostName: { inherit hostName; system = "x86_64-linux"; };
     in { config.nix.buildMachines = lib.mkForce (map builder [ "a" "b" ]); }`,
    ["ssh://a x86_64-linux - 1 1 - - -", "ssh://b x86_64-linux - 1 1 - - -"],
  ],
  "attributes of a common set": [
    `let common = { protocol = "ssh-ng"; sshUser = "nix"; };
     in { nix.buildMachines = [ (common // { hostName = "a"; system = "x86_64-linux"; }) ]; }`,
    ["ssh-ng://nix@a x86_64-linux - 1 1 - - -"],
  ],
  "systems of another file": [
    `{ nix.buildMachines = [ { hostName = "a"; systems = import ./systems.nix; } ]; }`,
    ["ssh://a x86_64-linux,aarch64-linux - 1 1 - - -"],
    { "/net/systems.nix": `[ "x86_64-linux" "aarch64-linux" ]` },
  ],
  "a list of another file": [
    "{ nix.buildMachines = import ./builders.nix; }",
    ["ssh://a x86_64-linux - 1 1 - - -"],
    { "/net/builders.nix": `[ { hostName = "a"; system = "x86_64-linux"; } ]` },
  ],
  "a machine of a network": [
    `{ network = { }; web = { config, ... }: { nix.buildMachines = [ { hostName = "a"; system = "x86_64-linux"; } ]; }; }`,
    ["ssh://a x86_64-linux - 1 1 - - -"],
  ],
  "a module in a list of a flake": [
    `{ outputs = { nixpkgs, ... }: { nixosConfigurations.x = nixpkgs.lib.nixosSystem { modules = [
       { nix.buildMachines = [ { hostName = "a"; system = "x86_64-linux"; } ]; } ]; }; }; }`,
    ["ssh://a x86_64-linux - 1 1 - - -"],
  ],
  conditions: [
    `{ config, lib, ... }: { nix.buildMachines = [ { hostName = "a"; system = "x86_64-linux"; } ]
       ++ lib.optional config.x { hostName = "b"; system = "x86_64-linux"; }
       ++ lib.optionals false [ { hostName = "c"; system = "x86_64-linux"; } ]
       ++ lib.optionals (config.y == 1) [ { hostName = "d"; system = "x86_64-linux"; } ]; }`,
    ["ssh://a x86_64-linux - 1 1 - - -", "? ssh://b x86_64-linux - 1 1 - - -", "? ssh://d x86_64-linux - 1 1 - - -"],
  ],
  "all but itself": [
    `{ config, lib, ... }: { nix.buildMachines = lib.filter (x: x.hostName != config.networking.hostName)
       [ { hostName = "a"; system = "x86_64-linux"; } ]; }`,
    ["? ssh://a x86_64-linux - 1 1 - - -"],
  ],
  "mkIf, mkMerge and a name": [
    `{ config, lib, ... }: let more = lib.optional config.z { hostName = "b"; system = "x86_64-linux"; }; in {
       nix.buildMachines = lib.mkMerge [ (lib.mkIf config.a [ { hostName = "a"; system = "x86_64-linux"; } ]) more ]; }`,
    ["? ssh://a x86_64-linux - 1 1 - - -", "? ssh://b x86_64-linux - 1 1 - - -"],
  ],
  "fields that only an evaluation can know": [
    `{ config, ... }: { nix.buildMachines = [ { hostName = "a"; system = "x86_64-linux"; sshKey = config.sops.x.path; } ]; }`,
    ["ssh://a x86_64-linux … 1 1 - - -", "..."],
  ],
  "an unknown host, and unknown systems": [
    `{ config, ... }: { nix.buildMachines = [ { hostName = config.h; systems = config.s; maxJobs = config.j; } ]; }`,
    ["ssh://… … - … 1 - - -", "..."],
  ],
  "an entry of which other attributes may win": [
    `{ config, ... }: { nix.buildMachines = [ ({ hostName = "a"; system = "x86_64-linux"; } // config.x) ]; }`,
    ["..."],
  ],
  "a list that only an evaluation can know": ["{ config, ... }: { nix.buildMachines = map f config.x; }", ["..."]],
  "the declaration of the option": [
    "{ lib, ... }: { options.nix.buildMachines = lib.mkOption { default = [ ]; }; }",
    [],
  ],
  "comments, strings and uses": [
    `# nix.buildMachines = [ { hostName = "a"; } ];
     { config, ... }: { a = "nix.buildMachines = 1"; b = config.nix.buildMachines; c.buildMachines = [ { } ]; }`,
    [],
  ],
  "a machine of that name": [`{ buildMachines = { }; network = { }; }`, []],
  "a text with an error": [
    `{ nix.buildMachines = [ { hostName = "a"; system = "x86_64-linux"; } ]; x = `,
    ["ssh://a x86_64-linux - 1 1 - - -"],
  ],
};

for (const [name, [text, lines, files]] of Object.entries(machines))
  test(`build machines: ${name}`, () => assert.deepEqual(machinesIn(text, files), lines));

/** A text -> its emulated systems, in the same notation. */
const emulated: Record<string, [text: string, systems: string[]]> = {
  "a list": [
    `{ boot.binfmt.emulatedSystems = [ "aarch64-linux" "riscv64-linux" ]; }`,
    ["aarch64-linux", "riscv64-linux"],
  ],
  "nested, with a condition": [
    `{ lib, config, ... }: { boot = { binfmt = { emulatedSystems = [ "aarch64-linux" ] ++ lib.optional config.x "i686-linux"; }; }; }`,
    ["aarch64-linux", "? i686-linux"],
  ],
  "a function that returns mkIf": [
    `{ lib, pkgs, ... }: { boot.binfmt.emulatedSystems =
       let other = s: lib.mkIf (pkgs.stdenv.hostPlatform.system != s) [ s ];
       in lib.mkMerge [ (other "aarch64-linux") (other "x86_64-linux") ]; }`,
    ["? aarch64-linux", "? x86_64-linux"],
  ],
  unknown: ["{ config, ... }: { boot.binfmt.emulatedSystems = config.systems; }", ["..."]],
  "another option": [`{ binfmt.emulatedSystems = [ "x" ]; }`, []],
};

for (const [name, [text, systems]] of Object.entries(emulated))
  test(`emulated systems: ${name}`, () => {
    const found = builderDeclarations(nixDocument(text)).emulatedSystems.flatMap(({ systems: all, isComplete }) => [
      ...all.map(({ system, isConditional }) => `${isConditional ? "? " : ""}${system}`),
      ...(isComplete ? [] : ["..."]),
    ]);
    assert.deepEqual(found, systems);
  });

test("distributedBuilds is true, false or unknown", () => {
  const values = ["true", "false", "config.x"].map(
    value => builderDeclarations(nixDocument(`{ nix.distributedBuilds = ${value}; }`)).distributedBuilds[0]?.value,
  );
  assert.deepEqual(values, [true, false, undefined]);
});

test("where an entry is, also one that a function makes", () => {
  const text = `{ nix.buildMachines = map (s: { hostName = "a"; system = s; }) [ "x86_64-linux" "i686-linux" ]; }`;
  const [found] = builderDeclarations(nixDocument(text)).buildMachines;
  assert.ok(found !== undefined);
  const part = ({ start, end }: { start: number; end: number }) => text.slice(start, end);
  assert.equal(part(found.name), "buildMachines");
  const set = '{ hostName = "a"; system = s; }';
  assert.deepEqual(
    found.entries.map(({ sets, first }) => [sets.map(part), first && part(first)]),
    Array.from({ length: 2 }, () => [[set], 'hostName = "a";']),
  );
});

test("a text that never ends evaluating is cut short", () => {
  const text = `let f = n: f (n + 1); in { nix.buildMachines = [ { hostName = f 0; system = "x86_64-linux"; } ]; }`;
  const began = performance.now();
  assert.equal(machinesIn(text).at(-1), "...");
  assert.ok(performance.now() - began < 2000);
});

test("no text makes it throw", () => {
  const piece = fc.oneof(
    anyText,
    fc.constantFrom(
      "nix.buildMachines",
      "=",
      "[",
      "]",
      "{",
      "}",
      ";",
      "hostName",
      '"a"',
      "map",
      "(",
      ")",
      "let",
      "in",
      "++",
    ),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), pieces => {
      builderDeclarations(nixDocument(pieces.join(" ")));
    }),
  );
});
