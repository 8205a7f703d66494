// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix

import assert from "node:assert/strict";
import { test } from "node:test";
import type { MarkupContent } from "vscode-languageserver-types";
import { choiceFor } from "../../../server/src/builders/choice.ts";
import { writtenSources } from "../../../server/src/features/checks/secrets.ts";
import { hover } from "../../../server/src/features/hover.ts";
import type { FeatureContext, KnownFiles } from "../../../server/src/features/names/context.ts";
import { builder } from "../../support/builders.ts";
import { context, emulatedHere } from "../../support/features.ts";
import { marked, textAt } from "../../support/marked.ts";

const kinds: Readonly<Record<string, "file" | "folder" | "missing">> = {
  "./web.nix": "file",
  "./hosts/db": "folder",
  "./empty": "folder",
  "./none.nix": "missing",
  "./keys/api": "file",
  "keys/api": "file",
  "keys/none": "missing",
  keys: "folder",
};
const targets: Readonly<Record<string, string>> = {
  "./web.nix": "file:///net/web.nix",
  "./hosts/db": "file:///net/hosts/db/default.nix",
  "./keys/api": "file:///net/keys/api",
};
const files: KnownFiles = {
  kind: path => kinds[path],
  absolute: path => path.replace(".", "/net"),
  resolve: path => targets[path],
};

/** The paragraphs of the hover at the mark, and the text that it is about. */
function hoverAt(text: string, fields: Partial<FeatureContext> = {}) {
  const { document, network, position } = marked(text);
  const found = hover({ ...context([]), network, ...fields }, position, { document, files });
  if (found === null) return undefined;
  const value = (found.contents as MarkupContent).value.split("\n\n");
  return { value, about: found.range && textAt(document, found.range) };
}

/** text -> what the hover is about, and its paragraphs. */
const cases: Record<string, [text: string, about: string, paragraphs: readonly string[]]> = {
  "an option of a machine": [
    "{ a = { deployment.ta|gs = [ ]; }; }",
    "tags",
    [
      "`deployment.tags`: list of strings",
      "Tags that group machines: `morph deploy --tagged web` selects those with tag `web`.",
      "Default: `[ ]`",
      "Since Morph 1.6.",
    ],
  ],
  "an option in a set": [
    "{ a = { deployment = { targetPort| = 22; }; }; }",
    "targetPort",
    [
      "`deployment.targetPort`: integer or null",
      "The port of the host's SSH server. `null`: as configured in SSH.",
      "Default: `null`",
      "Since Morph 1.7.",
    ],
  ],
  "an option of a health check, which is required": [
    "{ a.deployment.healthChecks.http = [ { po|rt = 80; } ]; }",
    "port",
    ["`deployment.healthChecks.http.*.port`: integer, required", "The port of the request."],
  ],
  "an option that is read": [
    "{ a = { config, ... }: { x = config.deployment.target|User; }; }",
    "targetUser",
    [
      "`deployment.targetUser`: string",
      "The user that Morph logs in as. If empty: `$SSH_USER`, or your own.",
      'Default: `""`',
    ],
  ],
  "an option that is inherited": [
    "{ a = { deployment = { inherit (x) build|Only; }; }; }",
    "buildOnly",
    [
      "`deployment.buildOnly`: boolean",
      "Only build the machine, never deploy it: for unreachable machines and installation images.",
      "Default: `false`",
    ],
  ],
  "a value of an option with few values": [
    '{ a.deployment.secrets.k.uploadAt = "pre|-activation"; }',
    '"pre-activation"',
    [
      '`deployment.secrets.*.uploadAt`: `"pre-activation" | "post-activation"`',
      "Whether the file is copied before or after the new configuration is activated.",
      "Since Morph 1.7.",
    ],
  ],
  "a constant": [
    "{ a.deployment.buildOnly = tr|ue; }",
    "true",
    [
      "`deployment.buildOnly`: boolean",
      "Only build the machine, never deploy it: for unreachable machines and installation images.",
      "Default: `false`",
    ],
  ],
  "an attribute of the network": [
    "{ network = { specialArgs| = { }; }; }",
    "specialArgs",
    [
      "`network.specialArgs`: set",
      "Further arguments for every module; unlike others they can be used in `imports`.",
      "Default: `{ }`",
      "Since Morph 1.8.",
    ],
  ],
  "an attribute of a machine": [
    "{ a = { pkgs, ... }: { net|working.hostName = x; }; }",
    "networking",
    ["`networking`", "Host name, interfaces, addresses, firewall."],
  ],
  "an attribute of the defaults": [
    "{ defaults.nixp|kgs.system = x; }",
    "nixpkgs",
    ["`nixpkgs`", "The machine's system and its instance of nixpkgs."],
  ],
  "a tag of machines, with those that have it": [
    '{ network.ordering.tags = [ "db" "web" ]; a.deployment.tags = [ "web|" ]; b_c.deployment.tags = [ "web" ]; }',
    '"web"',
    [
      "Tag `web`: 2 machines",
      "a, b\\_c",
      "Number 2 of 2 in the network's ordering.",
      "`morph deploy --tagged web` deploys them.",
    ],
  ],
  "a tag of the ordering": [
    '{ network.ordering.tags = [ "d|b" ]; a.deployment.tags = [ "db" ]; }',
    '"db"',
    [
      "Tag `db`: 1 machine",
      "a",
      "Number 1 of 1 in the network's ordering.",
      "`morph deploy --tagged db` deploys them.",
    ],
  ],
  "a tag that is not in the ordering, while not all machines are known": [
    '{ a.deployment.tags = [ "x|" ]; } // other',
    '"x"',
    [
      "Tag `x`: 1 or more machines, evaluate to see all",
      "a",
      "Not in the network's ordering: its machines are deployed last.",
      "`morph deploy --tagged x` deploys them.",
    ],
  ],
  "an import": [
    "{ a = { imports = [ ./we|b.nix ]; }; }",
    "./web.nix",
    ["[\\./web\\.nix](file:///net/web.nix) exists."],
  ],
  "an import of a folder": [
    "{ a = import ./hosts/d|b; }",
    "./hosts/db",
    ["[hosts/db/default\\.nix](file:///net/hosts/db/default.nix) exists."],
  ],
  "an import of a folder without a module": [
    "{ a = import ./emp|ty; }",
    "./empty",
    ["Folder `./empty` has no `default.nix`."],
  ],
  "an import of a missing file": [
    "{ a = { imports = [ ./no|ne.nix ]; }; }",
    "./none.nix",
    ["There is no file or folder `/net/none.nix`."],
  ],
  "a path that was not looked at yet": ["{ a = import ./ne|w.nix; }", "./new.nix", ["`./new.nix`"]],
  "a secret": [
    '{ a.deployment.secrets.ap|i = { source = "keys/api"; destination = "/run/api"; owner.user = "web"; }; }',
    "api",
    [
      "Secret `api`",
      "Morph copies `keys/api` to `/run/api` on the host over SSH. It never enters the Nix store.",
      "The local file exists.",
      "On the host: owner `web:root`, mode `0400`.",
    ],
  ],
  "a secret whose file is missing, at its source": [
    '{ a = { deployment.secrets = { "the key" = { source = "keys/no|ne"; destination = "/k"; permissions = "0440"; uploadAt = "post-activation"; }; }; }; }',
    '"keys/none"',
    [
      "Secret `the key`",
      "Morph copies `keys/none` to `/k` on the host over SSH. It never enters the Nix store.",
      "⚠ The local file does not exist.",
      "On the host: owner `root:root`, mode `0440`.",
      "It is copied after the new configuration is activated.",
    ],
  ],
  "a secret that is partly computed": [
    "{ a.deployment.secrets.k| = { source = f x; destination = y; }; }",
    "k",
    [
      "Secret `k`",
      "Morph copies a local file to the host over SSH. It never enters the Nix store.",
      "On the host: owner `root:root`, mode `0400`.",
    ],
  ],
  "an unknown system": [
    '{ a.nixpkgs.hostPlatform = "arm64|-linux"; }',
    '"arm64-linux"',
    ["`arm64-linux`", "nixpkgs does not have this system."],
  ],
};

for (const [name, [text, about, value]] of Object.entries(cases))
  test(`hover of ${name}`, () => assert.deepEqual(hoverAt(text), { value, about }));

test("the hover of a machine after nodes is that of its definition", () => {
  const text =
    '{ "web.example.org" = { nixpkgs.system = "x86_64-linux"; }; a = { nodes, ... }: { x = nodes."we|b.example.org".y; }; }';
  const found = hoverAt(text);
  assert.equal(found?.about, '"web.example.org"');
  assert.equal(found?.value[0], "**web\\.example\\.org**");
  assert.match(found?.value[1] ?? "", /^System `x86_64-linux`, set/);
});

test("a name after another nodes than Morph's is none of a machine", () => {
  assert.equal(hoverAt("{ a = { }; b = let nodes = { }; in { x = nodes.a|; }; }"), undefined);
});

test("a system has the builders for it, the same as those in the machine's lens", () => {
  const text = '{ a.nixpkgs.hostPlatform = "aarch64|-linux"; }';
  const [first] = [builder("ssh://first", { "aarch64-linux": "unknown" })];
  const needs = [
    { system: "aarch64-linux", features: [] },
    { system: "aarch64-linux", features: ["kvm"] },
  ];
  const choice = () => choiceFor(needs, [emulatedHere]);
  const choiceForSystem = (system: string) => choiceFor([{ system, features: [] }], [emulatedHere, first]);
  // What the machine's derivations require counts, and this machine has no kvm.
  assert.deepEqual(hoverAt(text, { choice, choiceForSystem })?.value.slice(0, 2), [
    "`aarch64-linux`: 64-bit ARM: Raspberry Pi 3 and later, ARM servers",
    "No builder can build it:",
  ]);
  const elsewhere = '{ network.pkgs = import <nixpkgs> { system = "aarch64|-linux"; }; a = { }; }';
  assert.deepEqual(hoverAt(elsewhere, { choice, choiceForSystem })?.value, [
    "`aarch64-linux`: 64-bit ARM: Raspberry Pi 3 and later, ARM servers",
    "Can be built by:",
    "- first: declared, not verified\n- this machine: emulated: several times slower; tests may fail",
  ]);
});

test("a tag of many machines names some of them", () => {
  const machines = Array.from({ length: 25 }, (_, index) => `m${index}.deployment.tags = [ "x" ];`).join("\n");
  const found = hoverAt(`{ ${machines}\n network.ordering.tags = [ "x|" ]; }`);
  assert.equal(found?.value[0], "Tag `x`: 25 machines");
  assert.match(found?.value[1] ?? "", /^m0, m1, .*, m19 and 5 more$/);
});

/** Positions without a hover. */
const nothing: Record<string, string> = {
  "in a comment": "{ a = { # deployment.ta|gs\n}; }",
  "at any other option": "{ a = { services.nginx.en|able = true; }; }",
  "at the value of any other option": '{ a = { services.nginx.user = "ng|inx"; }; }',
  "at a string that is the value of an option": '{ a.deployment.targetHost = "ho|st"; }',
  "at a variable named network": "{ a = { x = network.pk|gs; }; }",
  "at the argument of a function that makes a machine": "{ a = mkMachine { serv|ices = { }; }; }",
  "at an attribute of something else": "{ a = { x = { boo|t = 1; }; }; }",
  "at a path with an interpolation": "{ a = import ./${x}/a|.nix; }",
  "at a space": "{ a = { } | ; }",
  "in an empty text": "|",
};

for (const [name, text] of Object.entries(nothing))
  test(`no hover ${name}`, () => assert.equal(hoverAt(text), undefined));

test("the files of secrets are found in a text, to know whether they exist", () => {
  const text = '{ a.deployment.secrets = { k = { source = "keys/k"; }; l.source = "${x}/l"; m.source= "../m"; }; }';
  assert.deepEqual(writtenSources(text), ["keys/k", "../m"]);
  assert.deepEqual(writtenSources('{ source = "keys/k"; }'), []);
});
