import assert from "node:assert/strict";
import { test } from "node:test";
import { choiceFor } from "../../../../server/src/builders/choice.ts";
import { type BuilderText, builderRemarks } from "../../../../server/src/features/checks/builders.ts";
import { diagnosticOfRemark } from "../../../../server/src/features/checks/codes.ts";
import { unbuildableMachines } from "../../../../server/src/features/checks/unbuildable.ts";
import { nixOptionFixes } from "../../../../server/src/features/nixOptionFixes.ts";
import { builderDeclarations } from "../../../../server/src/network/builders/declared.ts";
import { readNetwork } from "../../../../server/src/network/network.ts";
import { builderReader, machineFacts } from "../../../../server/src/workspace/machineFacts.ts";
import { builder } from "../../../support/builders.ts";
import { memorySources } from "../../../support/memorySources.ts";
import { nixDocument } from "../../../support/nixDocument.ts";

const network = "/net/network.nix";

/** What is read of one of some files, of which the network is one. */
function read(files: Readonly<Record<string, string>>, file: string) {
  const sources = memorySources(files);
  const documents = [file, network].map(name => nixDocument(files[name] ?? "", `file://${name}`));
  const [document = nixDocument(""), main = nixDocument("")] = documents;
  const networks = [{ network: readNetwork(main, sources), document: main, sources }];
  const text: BuilderText = {
    declarations: builderDeclarations(document, sources),
    machines: files[network] === undefined ? [] : machineFacts(document.uri, networks, undefined, builderReader),
  };
  return { document, text };
}

/** `code: marked text` of each remark. */
function remarks(files: Readonly<Record<string, string>>, file: string): string[] {
  const { document, text } = read(files, file);
  return builderRemarks(document, text).map(({ code, range }) => {
    return `${code}: ${document.text.slice(document.offsetAt(range.start), document.offsetAt(range.end))}`;
  });
}

const pi = `{ hostName = "pi"; system = "aarch64-linux"; }`;
const used = "nix.distributedBuilds = true; nix.settings.builders-use-substitutes = true;";

/** The text of a module on its own, in no network -> its remarks. */
const alone: Record<string, [text: string, remarks: string[]]> = {
  "a builder": [`{ nix.buildMachines = [ ${pi} ]; }`, []],
  "a builder without systems": [
    `{ nix.buildMachines = [ { hostName = "a"; maxJobs = 2; } { hostName = "b"; systems = [ ]; system = null; } ]; }`,
    ['builder-without-systems: hostName = "a";', 'builder-without-systems: hostName = "b";'],
  ],
  "systems that only an evaluation knows": [
    `{ config, ... }: { nix.buildMachines = [ { hostName = "a"; systems = config.x; } { hostName = "b"; system = config.y; } ]; }`,
    [],
  ],
  "a part of an entry that only an evaluation knows": [
    `{ config, ... }: { nix.buildMachines = [ ({ hostName = "a"; } // config.x) ]; }`,
    [],
  ],
  "a function whose result has no systems, marked once": [
    `{ nix.buildMachines = map (name: { hostName = name; }) [ "a" "b" ]; }`,
    ["builder-without-systems: hostName = name;"],
  ],
  "the same builder twice": [
    `{ nix.buildMachines = [ ${pi} { hostName = "pi"; systems = [ "i686-linux" "aarch64-linux" ]; maxJobs = 4; } ]; }`,
    ['duplicate-builder: hostName = "pi";'],
  ],
  "the same builder for other systems, with other features, or as another user": [
    `{ nix.buildMachines = [ ${pi} { hostName = "pi"; system = "armv7l-linux"; }
       { hostName = "pi"; system = "aarch64-linux"; mandatoryFeatures = [ "kvm" ]; }
       { hostName = "pi"; system = "aarch64-linux"; sshUser = "nix"; } ]; }`,
    [],
  ],
  "the same builder under a condition": [
    `{ config, lib, ... }: { nix.buildMachines = [ ${pi} ] ++ lib.optional config.x ${pi}; }`,
    [],
  ],
  "one entry for each system": [
    `{ nix.buildMachines = map (s: { hostName = "pi"; system = s; }) [ "aarch64-linux" "armv7l-linux" ]; }`,
    [],
  ],
  "an emulated system that there is not": [
    `{ boot.binfmt.emulatedSystems = [ "aarch64-linx" "aarch64-darwin" "riscv64-linux" ]; }`,
    ['unknown-emulated-system: "aarch64-linx"', 'unknown-emulated-system: "aarch64-darwin"'],
  ],
  "options of another module": [`{ services.x.emulatedSystems = [ "y" ]; }`, []],
};

for (const [name, [text, expected]] of Object.entries(alone))
  test(`builders of a module: ${name}`, () =>
    assert.deepEqual(remarks({ "/net/m.nix": text }, "/net/m.nix"), expected));

/** The module of a machine in a network -> the remarks in it. */
const inNetwork: Record<string, [module: string, remarks: string[], more?: Record<string, string>]> = {
  "builders that are used, and fetch inputs themselves": [`{ nix.buildMachines = [ ${pi} ]; ${used} }`, []],
  "builders that Nix does not use": [`{ nix.buildMachines = [ ${pi} ]; }`, ["builders-not-used: buildMachines"]],
  "builders that are turned off": [
    `{ nix = { buildMachines = [ ${pi} ]; distributedBuilds = false; }; }`,
    ["builders-not-used: buildMachines"],
  ],
  "builders for Hydra": [`{ nix.buildMachines = [ ${pi} ]; services.hydra.enable = true; }`, []],
  "builders for Hydra, perhaps": [
    `{ config, ... }: { nix.buildMachines = [ ${pi} ]; services.hydra.enable = config.x; }`,
    [],
  ],
  "only localhost, which is meant for Hydra": [
    `{ nix.buildMachines = [ { hostName = "localhost"; protocol = null; system = "x86_64-linux"; } ]; }`,
    [],
  ],
  "another module that turns them on": [
    `{ imports = [ ./more.nix ]; nix.buildMachines = [ ${pi} ]; }`,
    [],
    {
      "/net/more.nix": `{ lib, ... }: { nix = lib.mkMerge [ { distributedBuilds = true; } { settings.builders-use-substitutes = true; } ]; }`,
    },
  ],
  "a module that cannot be read may turn them on": [
    `{ imports = [ ./missing.nix ]; nix.buildMachines = [ ${pi} ]; }`,
    [],
  ],
  "a condition may turn them on": [
    `{ config, lib, ... }: { nix.buildMachines = [ ${pi} ]; nix.distributedBuilds = lib.mkIf config.x true; }`,
    [],
  ],
  "a value may turn them on": [
    `{ config, ... }: { nix.buildMachines = [ ${pi} ]; nix.distributedBuilds = config.nix.buildMachines != [ ]; }`,
    [],
  ],
  "inputs that cross the machine's own link": [
    `{ nix.buildMachines = [ ${pi} ]; nix.distributedBuilds = true; }`,
    ["builders-use-substitutes: buildMachines"],
  ],
  "builders-use-substitutes in free text": [
    `{ nix.buildMachines = [ ${pi} ]; nix.distributedBuilds = true;
       nix.extraOptions = ''\n  builders-use-substitutes = true\n''; }`,
    [],
  ],
  "builders-use-substitutes in settings that only an evaluation knows": [
    `{ config, ... }: { nix.buildMachines = [ ${pi} ]; nix.distributedBuilds = true; nix.settings = config.x; }`,
    [],
  ],
  "its own system": [
    `{ nixpkgs.hostPlatform = "x86_64-linux"; boot.binfmt.emulatedSystems = [ "x86_64-linux" "aarch64-linux" ]; }`,
    ['own-system-emulated: "x86_64-linux"'],
  ],
  "its own system only if it is another": [
    `{ lib, pkgs, ... }: { nixpkgs.hostPlatform = "x86_64-linux";
       boot.binfmt.emulatedSystems = lib.mkIf (pkgs.stdenv.hostPlatform.system != "x86_64-linux") [ "x86_64-linux" ]; }`,
    [],
  ],
  "a system of its own that is not known": [`{ boot.binfmt.emulatedSystems = [ "x86_64-linux" ]; }`, []],
  "localhost for a system that it cannot run": [
    `{ nixpkgs.hostPlatform = "x86_64-linux"; nix.buildMachines = [
       { hostName = "localhost"; protocol = null; systems = [ "x86_64-linux" "i686-linux" "aarch64-linux" ]; } ]; }`,
    ['localhost-cannot-build: hostName = "localhost";'],
  ],
  "localhost for a system that it emulates": [
    `{ nixpkgs.hostPlatform = "x86_64-linux"; boot.binfmt.emulatedSystems = [ "aarch64-linux" ]; nix.buildMachines = [
       { hostName = "localhost"; protocol = null; systems = [ "x86_64-linux" "aarch64-linux" ]; } ]; }`,
    [],
  ],
  "localhost for a system that its Nix is told to build": [
    `{ nixpkgs.hostPlatform = "x86_64-linux"; nix.settings.extra-platforms = [ "aarch64-linux" ]; nix.buildMachines = [
       { hostName = "localhost"; protocol = null; system = "aarch64-linux"; } ]; }`,
    [],
  ],
};

for (const [name, [module, expected, more = {}]] of Object.entries(inNetwork)) {
  test(`builders of a machine, in the network's file: ${name}`, () => {
    const files = { [network]: `{ network = { }; web = ${module}; other = { }; }`, ...more };
    assert.deepEqual(remarks(files, network), expected);
  });
  test(`builders of a machine, in a module: ${name}`, () => {
    const files = {
      [network]: "{ network = { }; web = import ./web.nix; other = { }; }",
      "/net/web.nix": module,
      ...more,
    };
    assert.deepEqual(remarks(files, "/net/web.nix"), expected);
  });
}

test("a module that one of its machines completes differently is not marked", () => {
  const files = {
    [network]: `{ network = { }; a = { imports = [ ./m.nix ]; }; b = { imports = [ ./m.nix ]; nix.distributedBuilds = true; }; }`,
    "/net/m.nix": `{ nix.buildMachines = [ ${pi} ]; }`,
  };
  assert.deepEqual(remarks(files, "/net/m.nix"), []);
});

test("the defaults of a network count for its machines", () => {
  const files = { [network]: `{ network = { }; defaults = { ${used} }; web = { nix.buildMachines = [ ${pi} ]; }; }` };
  assert.deepEqual(remarks(files, network), []);
  const without = { [network]: `{ network = { }; defaults = { nix.buildMachines = [ ${pi} ]; }; web = { }; }` };
  assert.deepEqual(remarks(without, network), ["builders-not-used: buildMachines"]);
});

test("a network whose machines are not all known is not marked", () => {
  const files = { [network]: `{ network = { }; web = { nix.buildMachines = [ ${pi} ]; }; } // import ./missing.nix` };
  assert.deepEqual(remarks(files, network), []);
});

/** A module -> the same with the quick fix applied; undefined: there is none. */
const fixes: Record<string, [module: string, fixed: string | undefined]> = {
  "on a line of its own": [
    `{\n  nix.buildMachines = [ ${pi} ];\n}`,
    `{\n  nix.distributedBuilds = true;\n  nix.buildMachines = [ ${pi} ];\n}`,
  ],
  "in one line": [
    `{ nix.buildMachines = [ ${pi} ]; }`,
    `{ nix.distributedBuilds = true; nix.buildMachines = [ ${pi} ]; }`,
  ],
  "in a set": [
    `{ nix = {\n    buildMachines = [ ${pi} ];\n  }; }`,
    `{ nix = {\n    distributedBuilds = true;\n    buildMachines = [ ${pi} ];\n  }; }`,
  ],
  "that is set already": [`{ nix.distributedBuilds = false; nix.buildMachines = [ ${pi} ]; }`, undefined],
  "in settings": [
    `{ nix.distributedBuilds = true; nix.buildMachines = [ ${pi} ]; }`,
    `{ nix.distributedBuilds = true; nix.settings.builders-use-substitutes = true; nix.buildMachines = [ ${pi} ]; }`,
  ],
  "in settings that are a set": [
    `{ nix = { distributedBuilds = true; settings = { cores = 1; }; buildMachines = [ ${pi} ]; }; }`,
    `{ nix = { distributedBuilds = true; settings = { cores = 1; }; settings.builders-use-substitutes = true; buildMachines = [ ${pi} ]; }; }`,
  ],
  "in settings that are no plain set": [
    `{ lib, ... }: { nix = { distributedBuilds = true; settings = lib.mkDefault { }; buildMachines = [ ${pi} ]; }; }`,
    undefined,
  ],
};

for (const [name, [module, fixed]] of Object.entries(fixes))
  test(`the missing option is inserted ${name}`, () => {
    const { document, text } = read(
      { [network]: `{ network = { }; web = ./web.nix; }`, "/net/web.nix": module },
      "/net/web.nix",
    );
    const diagnostics = builderRemarks(document, text).map(diagnosticOfRemark);
    assert.equal(diagnostics.length, 1);
    const [action] = nixOptionFixes(document, diagnostics);
    const [edit] = action?.edit?.changes?.[document.uri] ?? [];
    const at = edit && document.offsetAt(edit.range.start);
    assert.equal(at === undefined ? undefined : module.slice(0, at) + edit?.newText + module.slice(at), fixed);
  });

test("a machine whose system no builder has is marked, others are not", () => {
  const document = nixDocument(
    `{ network = { }; a.nixpkgs.hostPlatform = "aarch64-linux"; b.nixpkgs.hostPlatform = "x86_64-linux"; c = { };
       d.nixpkgs.system = "aarch64-linx"; }`,
  );
  const builders = [builder("local", { "x86_64-linux": "native", "aarch64-linux": "impossible" })];
  const choice = (system: string) => choiceFor([{ system, features: [] }], builders);
  assert.deepEqual(
    unbuildableMachines(readNetwork(document), choice).map(({ message }) => message),
    ["No builder can build for 'aarch64-linux'."],
  );
  assert.deepEqual(
    unbuildableMachines(readNetwork(document), () => undefined),
    [],
  );
});
