// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { networkChecks } from "../../../../server/src/features/checks/checks.ts";
import { defaultSeverities } from "../../../../server/src/features/checks/codes.ts";
import { networkDiagnostics } from "../../../../server/src/features/checks/diagnostics.ts";
import { readNetwork } from "../../../../server/src/network/network.ts";
import { runToEnd } from "../../../../server/src/util/steps.ts";
import { textAt } from "../../../support/marked.ts";
import { nixDocument } from "../../../support/nixDocument.ts";
import { nixText } from "../../../support/nixText.ts";

const isMissing = (path: string) => path.includes("none");

/** Code, marked text, and its replacement. `no-system` has its own tests. */
function remarks(text: string): (readonly [code: unknown, marked: string, replacement?: string])[] {
  const document = nixDocument(text);
  const network = readNetwork(document);
  return [...networkDiagnostics(network), ...runToEnd(networkChecks(document, network, isMissing))]
    .filter(({ code }) => code !== "no-system")
    .map(
      ({ code, range, data }) =>
        [
          code,
          textAt(document, range),
          ...(data === undefined ? [] : [(data as { replacement: string }).replacement]),
        ] as [string, string],
    );
}

const machine = (body: string) => `{ a = { lib, ... }: { ${body} }; }`;

/** text -> its diagnostics. */
const wrong: Record<string, [text: string, remarks: readonly (readonly string[])[]]> = {
  "a host name without quotes": [
    "{ web.example.org = { pkgs, ... }: { }; }",
    [["unquoted-dotted-name", "web.example.org"]],
  ],
  "a host name without quotes before a set": [
    "{ web.example.org = { services.nginx.enable = true; }; }",
    [["unquoted-dotted-name", "web.example.org"]],
  ],
  "an unknown system": [
    machine('nixpkgs.system = "aarch64-linx";'),
    [["unknown-system", '"aarch64-linx"', '"aarch64-linux"']],
  ],
  "an unknown default system": [
    machine('nixpkgs.hostPlatform = lib.mkDefault "arm64-linux";'),
    [["unknown-system", '"arm64-linux"', '"aarch64-linux"']],
  ],
  "a system that is not similar to a known one": [
    machine('nixpkgs.hostPlatform = "my toaster";'),
    [["unknown-system", '"my toaster"']],
  ],
  "two options that differ": [
    machine('nixpkgs.hostPlatform = "x86_64-linux"; nixpkgs.system = "aarch64-linux";'),
    [["conflicting-systems", '"aarch64-linux"']],
  ],
  "two modules that differ": [
    machine('imports = [ { nixpkgs.system = "x86_64-linux"; } { nixpkgs.system = "aarch64-linux"; } ];'),
    [["conflicting-systems", '"aarch64-linux"']],
  ],
  "a system without effect": [
    '{ network.pkgs = import <nixpkgs> { system = "x86_64-linux"; }; a = { nixpkgs.system = "aarch64-linux"; }; }',
    [["ineffective-system", '"aarch64-linux"']],
  ],
  "a default without effect for one machine, but for another": [
    '{ defaults = { nixpkgs.system = "aarch64-linux"; }; a = { nixpkgs.pkgs = import <nixpkgs> { system = "x86_64-linux"; }; }; b = { }; }',
    [],
  ],
  "an attribute that Morph ignores": [
    '{ network.descripton = "x"; a = { }; }',
    [["unknown-network-attribute", "descripton"]],
  ],
  "an attribute in a set that Morph ignores": [
    "{ network = { overlays = [ ]; ordering.tag = [ ]; }; a = { }; }",
    [
      ["unknown-network-attribute", "overlays"],
      ["unknown-network-attribute", "tag"],
    ],
  ],
  "an ill-typed attribute of network": ["{ network.description = 1; a = { }; }", [["ill-typed-option", "1"]]],
  "Nix settings that are not strings": [
    '{ network.nixConfig = { cores = 4; sandbox = true; builders = "x"; y = z; substituters = [ "a" ]; }; a = { }; }',
    [
      ["nix-config-not-string", "4"],
      ["nix-config-not-string", "true"],
      ["nix-config-not-string", '[ "a" ]'],
    ],
  ],
  "an unknown option": [
    machine('deployment.targethost = "x";'),
    [["unknown-deployment-option", "targethost", "targetHost"]],
  ],
  "an unknown option of a secret": [
    machine('deployment = { secrets.key = { source = "x"; destinaton = "/y"; owner.usr = "z"; }; };'),
    [
      ["unknown-deployment-option", "destinaton", "destination"],
      ["unknown-deployment-option", "usr", "user"],
    ],
  ],
  "an unknown option of a health check": [
    machine("deployment.healthChecks.http = [ { prt = 80; } ];"),
    [["unknown-deployment-option", "prt", "port"]],
  ],
  "literals of a wrong type": [
    machine(
      'deployment.tags = "web"; deployment.targetPort = "22"; deployment.buildOnly = 1; deployment.secrets.k = { source = ./k; destination = "/k"; };',
    ),
    [
      ["ill-typed-option", '"web"'],
      ["ill-typed-option", '"22"'],
      ["ill-typed-option", "1"],
      ["ill-typed-option", "./k"],
    ],
  ],
  "a value that is not allowed": [
    machine('deployment.secrets.k = { uploadAt = "later"; source = "k"; destination = "/k"; };'),
    [["ill-typed-option", '"later"']],
  ],
  "what is missing": [
    machine('deployment.secrets.key.source = "x"; deployment.healthChecks = { http = [ { port = 1; } ]; };'),
    [
      ["missing-option", "deployment.secrets.key.source"],
      ["missing-option", "http"],
    ],
  ],
  "two systems with an instance of nixpkgs, which determines it": [
    '{ network.pkgs = import <nixpkgs> { system = "x86_64-linux"; }; a = { imports = [ { nixpkgs.system = "x86_64-linux"; } ]; nixpkgs.hostPlatform = "aarch64-linux"; }; }',
    [["ineffective-system", '"aarch64-linux"']],
  ],
  "a value that a helper makes": [
    "let check = port: { inherit port; description = 1; }; in { a = { deployment.healthChecks.http = [ (check 80) ]; }; }",
    [["ill-typed-option", "1"]],
  ],
  "an attribute that is not a machine": ["{ a = { }; b = 1; }", [["not-a-machine", "b"]]],
  "a network that is a function": [
    "let x = 1; in { pkgs ? x }: { a = { }; }",
    [["network-is-function", "{ pkgs ? x }"]],
  ],
  "a name with a quote": ['{ "a\'b" = { }; }', [["unusable-name", '"a\'b"']]],
  "an option of a machine that is spread": [
    '{ a.deployment.targetHots = "x"; a.services.x = 1; }',
    [["unknown-deployment-option", "targetHots", "targetHost"]],
  ],
  "an option in defaults": [
    "{ defaults = { deployment.tag = [ ]; }; a = { }; }",
    [["unknown-deployment-option", "tag", "tags"]],
  ],
  "missing imports": [
    "let x = import ./none1; in { a = { imports = [ ./none2.nix ./a.nix ]; }; b = ./none3.nix; c = import ./none4.nix; }",
    [
      ["missing-import", "./none1"],
      ["missing-import", "./none2.nix"],
      ["missing-import", "./none3.nix"],
      ["missing-import", "./none4.nix"],
    ],
  ],
  "a tag that no machine has": [
    '{ network.ordering.tags = [ "db" "web" ]; a = { deployment.tags = [ "web" ]; }; }',
    [["unknown-tag", '"db"']],
  ],
  "a secret that is read": [
    machine(
      'deployment.secrets.key = { source = "../secrets/key"; destination = "/x"; }; x = builtins.readFile ../secrets/key;',
    ),
    [["secret-in-store", "builtins.readFile ../secrets/key"]],
  ],
  "a secret that is read through its option": [
    machine("x = lib.fileContents config.deployment.secrets.key.source;"),
    [["secret-in-store", "lib.fileContents config.deployment.secrets.key.source"]],
  ],
};

for (const [name, [text, expected]] of Object.entries(wrong))
  test(`diagnostics of ${name}`, () => assert.deepEqual(remarks(text), expected));

/** Texts without diagnostics. */
const right: Record<string, string> = {
  "options of a machine": "{ web.services.nginx = { enable = true; }; web.deployment.targetHost = x; }",
  "a quoted host name": '{ "web.example.org" = { services.x = 1; }; }',
  "a free option of a machine": "{ web.my.option = { enable = true; }; }",
  "known systems": machine('nixpkgs.localSystem.system = "aarch64-linux"; nixpkgs.buildPlatform = "x86_64-linux";'),
  "a default that gives way": machine(
    'nixpkgs.system = lib.mkDefault "x86_64-linux"; imports = [ { nixpkgs.system = "aarch64-linux"; } ];',
  ),
  "a right side of // that wins":
    '{ a = { nixpkgs.system = "x86_64-linux"; } // { nixpkgs.system = "aarch64-linux"; }; }',
  "every attribute of network":
    '{ network = { description = "x"; pkgs = p; lib = l; evalConfig = ./e; specialArgs = { x = 1; }; runCommand = r; nixConfig = { "a-b" = "c"; }; ordering.tags = [ ]; buildShell = s; }; a = { }; }',
  "options that are not literal": machine(
    "deployment.tags = f x; deployment.targetPort = if x then 1 else 2; deployment.buildOnly = lib.mkForce true;",
  ),
  "null where it is allowed": machine("deployment.targetPort = null;"),
  "a secret of which a part is not known": machine(
    "deployment.secrets = import ./gone.nix; deployment.healthChecks.http = [ ({ port = 1; } // f x) ];",
  ),
  "a secret that another module may complete": machine('imports = [ ./gone.nix ]; deployment.secrets.k.source = "x";'),
  "a secret that is taken away": machine(
    'imports = [ { deployment.secrets.k.source = "x"; } ]; deployment.secrets = lib.mkForce { };',
  ),
  "an option that a module of the machine declares": machine(
    "imports = [ { options.deployment.foo = { }; } ]; deployment.foo = 2;",
  ),
  "an option that a module may declare that cannot be read": machine("imports = [ ./gone.nix ]; deployment.foo = 1;"),
  "an option in defaults that a module may declare that cannot be read":
    "{ defaults.deployment.foo = 1; a = { }; b = { imports = [ ./gone.nix ]; }; }",
  "a tag while the tags of a machine are not known":
    '{ network.ordering.tags = [ "db" ]; a = { deployment.tags = f x; }; }',
  "a system of a processor and a kernel that nixpkgs knows": machine('nixpkgs.system = "riscv64-netbsd";'),
  "values on a condition": machine("deployment.tags = lib.mkIf x 1;"),
  "headers of any name": machine(
    'deployment.healthChecks.http = [ { description = "x"; port = 80; headers.Host = "x"; } ];',
  ),
  "secrets of any name": machine(
    'deployment.secrets."a.b" = { source = "x"; destination = "/x"; }; deployment.secrets.c = lib.mkIf y z;',
  ),
  "computed names of secrets": machine("deployment.secrets.${x}.source = y;"),
  "an import that may be missing":
    "{ a = { imports = [ ] ++ lib.optional (builtins.pathExists ./none.nix) ./none.nix; }; }",
  "a path that is no import": machine("x = ./none.key; y = builtins.readFile ./none;"),
  "a tag while machines are unknown": '{ network.ordering.tags = [ "db" ]; ${x} = { }; }',
  "an instance of nixpkgs whose system cannot be read":
    '{ network.pkgs = import ./pkgs.nix { }; a = { nixpkgs.system = "aarch64-linux"; }; }',
  "a network.pkgs that is empty": '{ network.pkgs = { }; a = { nixpkgs.system = "aarch64-linux"; }; }',
  "a system that feeds the instance, too":
    'let mk = { system }: { nixpkgs.system = system; nixpkgs.pkgs = import <nixpkgs> { inherit system; crossSystem = "armv7l-linux"; }; }; in { a = mk { system = "aarch64-linux"; }; }',
  "a helper's system that has an effect for another machine":
    'let mk = system: { nixpkgs.system = system; }; in { a = mk "aarch64-linux" // { nixpkgs.pkgs = import <nixpkgs> { system = "x86_64-linux"; }; }; b = mk "armv7l-linux"; }',
  "a system of an evalConfig": "{ network.evalConfig = ./eval-config.nix; a = { }; }",
  "a file that is no secret": machine(
    'deployment.secrets.key = { source = "../secrets/key"; destination = "/k"; }; x = builtins.readFile ./motd;',
  ),
};

for (const [name, text] of Object.entries(right))
  test(`no diagnostics of ${name}`, () => assert.deepEqual(remarks(text), []));

test("a machine without a system has a hint", () => {
  const document = nixDocument('{ a = { }; b = { nixpkgs.system = "x86_64-linux"; }; }');
  const [hint, ...others] = runToEnd(networkChecks(document, readNetwork(document), isMissing));
  assert.deepEqual([hint?.code, hint?.severity, hint && textAt(document, hint.range)], ["no-system", 4, "a"]);
  assert.deepEqual(others, []);
});

/** text of a machine -> whether it has the hint. */
const systemless: Record<string, readonly [text: string, isReported: boolean]> = {
  "all of which is read": ["{ imports = [ { services.x = 1; } ]; }", true],
  "with modules of nixpkgs": [
    '{ modulesPath, ... }: { imports = [ <nixpkgs/nixos/modules/x.nix> (modulesPath + "/y.nix") "${modulesPath}/z.nix" ]; }',
    true,
  ],
  "with a missing file": ["{ imports = [ ./gone.nix ]; }", false],
  "with a module of another search path": ["{ imports = [ <home-manager/nixos> ]; }", false],
  "that an unknown function makes": ["import ./odd.nix { time = builtins.currentTime; }", false],
};

for (const [name, [text, isReported]] of Object.entries(systemless))
  test(`a machine without a system, ${name}, is ${isReported ? "" : "not "}reported`, () => {
    const document = nixDocument(`{ a = ${text}; }`);
    const told = runToEnd(networkChecks(document, readNetwork(document), () => false)).map(({ code }) => code);
    assert.deepEqual(told, isReported ? ["no-system"] : []);
  });

test("a machine that is meant as a host name with dots has no diagnostic about its system", () => {
  const document = nixDocument("{ web.example.org = { pkgs, ... }: { }; }");
  const codes = runToEnd(networkChecks(document, readNetwork(document), isMissing)).map(({ code }) => code);
  assert.deepEqual(codes, ["unquoted-dotted-name"]);
});

test("any text can be checked, and every range is within it", () => {
  fc.assert(
    fc.property(nixText(40), text => {
      const document = nixDocument(text);
      for (const { code, range } of runToEnd(networkChecks(document, readNetwork(document), isMissing))) {
        assert.ok(String(code) in defaultSeverities);
        assert.ok(document.offsetAt(range.start) <= document.offsetAt(range.end));
      }
      document.dispose();
    }),
  );
});
