// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { completion, completionOfEmpty, pathAt } from "../../../server/src/features/completion.ts";
import { pathItems } from "../../../server/src/features/completions/paths.ts";
import { cursorAt } from "../../../server/src/features/names/cursor.ts";
import { edited, marked } from "../../support/marked.ts";
import { nixText } from "../../support/nixText.ts";

/** text -> the first labels, their number, and the line when the first one is accepted. */
const cases: Record<string, [text: string, labels: readonly string[], after: string]> = {
  "a system": [
    "{ a = { nixpkgs.system = |; }; }",
    ["x86_64-linux", "aarch64-linux"],
    '{ a = { nixpkgs.system = "x86_64-linux"; }; }',
  ],
  "a system in quotes": [
    '{ a = { nixpkgs.hostPlatform = "aarch|"; }; }',
    ["x86_64-linux"],
    '{ a = { nixpkgs.hostPlatform = "x86_64-linux"; }; }',
  ],
  "a system that is not finished": [
    '{ a = { nixpkgs.localSystem.system = "|\n',
    ["x86_64-linux"],
    '{ a = { nixpkgs.localSystem.system = "x86_64-linux\n',
  ],
  "a system after mkDefault": [
    "{ a = { lib, ... }: with lib; { nixpkgs.hostPlatform = lib.mkDefault |; }; }",
    ["x86_64-linux"],
    '{ a = { lib, ... }: with lib; { nixpkgs.hostPlatform = lib.mkDefault "x86_64-linux"; }; }',
  ],
  "the system of a helper": [
    '{ a = mkMachine { name = "a"; system = "|"; }; }',
    ["x86_64-linux"],
    '{ a = mkMachine { name = "a"; system = "x86_64-linux"; }; }',
  ],
  "an option of a machine": [
    "{ a = { pkgs, ... }: { deployment.tar| }; }",
    ["targetHost", "targetPort", "targetUser", "buildOnly", "substituteOnDestination", "tags", "secrets"],
    "{ a = { pkgs, ... }: { deployment.targetHost }; }",
  ],
  "an option in a set": [
    "{ a = let x = 1; in { deployment = {\n  | }; }; }",
    ["targetHost"],
    "{ a = let x = 1; in { deployment = {\n  targetHost }; }; }",
  ],
  "an option in a module's list of imports": [
    "{ a = { imports = [ ./x.nix { deployment.| } ]; }; }",
    ["targetHost"],
    "{ a = { imports = [ ./x.nix { deployment.targetHost } ]; }; }",
  ],
  "an option of a secret": [
    '{ a = { deployment.secrets."the key" = { | }; }; }',
    ["source", "destination", "owner", "permissions", "action", "mkDirs", "uploadAt"],
    '{ a = { deployment.secrets."the key" = { source }; }; }',
  ],
  "an option of a health check": [
    "{ a = { deployment.healthChecks.http = [ { port = 80; s| } ]; }; }",
    ["description", "host", "scheme", "port", "path", "headers", "insecureSSL", "period", "timeout"],
    "{ a = { deployment.healthChecks.http = [ { port = 80; description } ]; }; }",
  ],
  "an attribute of network": ["{ network.|; }", ["description", "pkgs", "lib"], "{ network.description; }"],
  "an option of the ordering": ["{ network = { ordering.| }; }", ["tags"], "{ network = { ordering.tags }; }"],
  "a value of an option": [
    '{ a = { deployment.secrets.k.uploadAt = "|"; }; }',
    ["pre-activation", "post-activation"],
    '{ a = { deployment.secrets.k.uploadAt = "pre-activation"; }; }',
  ],
  "a boolean": [
    "{ a = { deployment.buildOnly = |; }; }",
    ["true", "false"],
    "{ a = { deployment.buildOnly = true; }; }",
  ],
  "a machine after nodes": [
    '{ "web.example.org" = { }; a = { nodes, ... }: { x = nodes.|; }; }',
    ["web.example.org", "a"],
    '{ "web.example.org" = { }; a = { nodes, ... }: { x = nodes."web.example.org"; }; }',
  ],
  "a machine in quotes, in a string": [
    '{ "web.example.org" = { }; a = { x = "${nodes."we|"}"; }; }',
    ["web.example.org", "a"],
    '{ "web.example.org" = { }; a = { x = "${nodes."web.example.org"}"; }; }',
  ],
  "a tag": [
    '{ a = { deployment.tags = [ "web" "db" ]; }; b = { deployment.tags = [ "x" | ]; }; }',
    ["db", "web", "x"],
    '{ a = { deployment.tags = [ "web" "db" ]; }; b = { deployment.tags = [ "x" "db" ]; }; }',
  ],
  "an attribute of a machine": [
    "{ a = { pkgs, ... }: { dep| }; }",
    ["deployment", "nixpkgs", "imports", "networking", "boot"],
    "{ a = { pkgs, ... }: { deployment }; }",
  ],
  "an attribute of the defaults, of a module in a list of imports": [
    "{ defaults = { imports = [ ./x.nix { | } ]; }; }",
    ["deployment", "nixpkgs"],
    "{ defaults = { imports = [ ./x.nix { deployment } ]; }; }",
  ],
  "an attribute of a machine's config, behind a let": [
    "{ a = { config, ... }: let x = 1; in { config = {\n  | }; }; }",
    ["deployment"],
    "{ a = { config, ... }: let x = 1; in { config = {\n  deployment }; }; }",
  ],
  "an attribute of a machine whose name has dots": [
    '{ "a.b" = { | }; }',
    ["deployment"],
    '{ "a.b" = { deployment }; }',
  ],
  "a machine": [
    "{ m|\n}",
    ["machine", "network"],
    `{ \${1:name} = { config, lib, pkgs, ... }: {
  deployment.targetHost = "\${2:host.example.org}";
  nixpkgs.hostPlatform = "\${3|x86_64-linux,aarch64-linux|}";
  imports = [ $0 ];
};
}`,
  ],
  "a secret among secrets": [
    "{ a.deployment.secrets = { sec| }; }",
    ["secret"],
    `{ a.deployment.secrets = { \${1:name} = {
  source = "\${2:secrets/name}";
  destination = "\${3:/run/keys/name}";
  owner.user = "\${4:root}";
};$0 }; }`,
  ],
  "a tag that orders": [
    '{ network.ordering.tags = [ "|" ]; a = { deployment.tags = [ "web" ]; }; }',
    ["web"],
    '{ network.ordering.tags = [ "web" ]; a = { deployment.tags = [ "web" ]; }; }',
  ],
};

for (const [name, [text, labels, after]] of Object.entries(cases))
  test(`completion: ${name}`, () => {
    const { document, network, position } = marked(text);
    const items = completion(document, network, position);
    assert.deepEqual(
      items.slice(0, labels.length).map(({ label }) => label),
      labels,
    );
    const edit = items[0]?.textEdit;
    assert.ok(edit && "range" in edit);
    assert.equal(edited(document, [edit]), after);
  });

/** Positions without suggestions. */
const nothing: Record<string, string> = {
  "in a comment": "{ a = { # nixpkgs.system = |\n}; }",
  "in a block comment": "{ a = { /* deployment.| */ }; }",
  "in an indented string": "{ a = { x = ''\n deployment.| ''; }; }",
  "in a function's head": "{ a = { pkgs, | }: { }; }",
  "at the value of any other option": "{ a = { services.nginx.enable = |; }; }",
  "behind a value": "{ a = { nixpkgs.system = foo |; }; }",
  "below an option of no set": "{ a = { deployment.targetHost.| }; }",
  "at a set that a let binds": "{ a = let b = { x| }; in { }; }",
  "at an attribute that is Morph's own": "{ resources = { x| }; }",
  "at a name in a let": "{ a = let b| in { }; }",
  "at the argument of a function that makes a machine": "{ a = mkMachine { | }; }",
  "at a set that is no machine": "{ a = { x = { | }; }; }",
  "in an empty text": "|",
};

for (const [name, text] of Object.entries(nothing))
  test(`no completion ${name}`, () => {
    const { document, network, position } = marked(text);
    assert.deepEqual(completion(document, network, position), []);
  });

test("an option has its type, default, version and description", () => {
  const { document, network, position } = marked("{ a = { deployment.tags| }; }");
  const tags = completion(document, network, position).find(({ label }) => label === "tags");
  assert.equal(tags?.detail, "list of strings");
  const text = JSON.stringify(tags?.documentation);
  assert.match(text, /--tagged/);
  assert.match(text, /Default: `\[ \]`/);
  assert.match(text, /Since Morph 1\.6\./);
});

/** The labels at the mark. */
function labelsAt(text: string): string[] {
  const { document, network, position } = marked(text);
  return completion(document, network, position).map(({ label }) => label);
}

test("a machine is offered what other machines of the network set, after what every machine can", () => {
  const labels = labelsAt(
    "{ a = { | }; b = { age.x = 1; services.x = 1; }; c.home-manager.x = 1; d = { p, ... }: { my = 1; }; }",
  );
  assert.deepEqual(labels.slice(-5), ["age", "home-manager", "my", "health check", "secret"]);
  assert.equal(new Set(labels).size, labels.length);
});

test("snippets are offered where they fit", () => {
  const offered = (text: string) =>
    labelsAt(text).filter(label => /^(?:machine|network|health check|secret)$/.test(label));
  assert.deepEqual(offered("{ | }"), ["machine", "network"]);
  assert.deepEqual(offered("{ network.description = 1;\n network.pkgs = 1;\n | }"), ["machine"]);
  assert.deepEqual(offered("{ a = { | }; }"), ["health check", "secret"]);
  assert.deepEqual(offered("{ a = { deployment = { | }; }; }"), ["health check", "secret"]);
  assert.deepEqual(offered("{ a = { deployment.| }; }"), ["health check", "secret"]);
  assert.deepEqual(offered("{ a.deployment.secrets = { | }; }"), ["secret"]);
  assert.deepEqual(offered("{ a.deployment.preDeployChecks = { | }; }"), ["health check"]);
  assert.deepEqual(offered("{ a.deployment.secrets.k = { | }; }"), []);
  assert.deepEqual(offered("{ a = { services = { | }; }; }"), []);
});

test("a machine's snippet sets no system if network.pkgs decides it", () => {
  const { document, network, position } = marked(
    '{ network.pkgs = import <nixpkgs> { system = "aarch64-linux"; };\n a = { };\n | }',
  );
  const machine = completion(document, network, position).find(({ label }) => label === "machine");
  assert.doesNotMatch(JSON.stringify(machine?.textEdit), /hostPlatform/);
  assert.equal(machine?.insertTextFormat, 2);
});

test("an empty file is offered a network, also while its name is typed", () => {
  for (const text of ["|", "\n|\n", "net|"]) {
    const { document, position } = marked(text);
    const [item] = completionOfEmpty(document, position);
    assert.equal(item?.label, "network");
    const edit = item?.textEdit;
    assert.ok(edit && "range" in edit);
    assert.match(
      edited(document, [edit]).trim(),
      /^\{\n {2}network\.description = .*\n\n {2}\$\{1:name\} = (?:.*\n)* {2}\};\n\}$/,
    );
  }
  const { document, position } = marked("{ x = 1; |}");
  assert.deepEqual(completionOfEmpty(document, position), []);
});

/** text -> the folder that is read, and what is replaced by `./new.nix`. */
const paths: Record<string, [text: string, folder: string | undefined, after?: string]> = {
  "in imports, with nothing typed": ["{ a = { imports = [ | ]; }; }", "./", "{ a = { imports = [ ./new.nix ]; }; }"],
  "behind another import": [
    "{ a = { imports = [ ./x.nix | ]; }; }",
    "./",
    "{ a = { imports = [ ./x.nix ./new.nix ]; }; }",
  ],
  "while its dots are typed": ["{ a = { imports = [ .| ]; }; }", "./", "{ a = { imports = [ ./new.nix ]; }; }"],
  "while a name is typed": ["{ a = { imports = [ ./w| ]; }; }", "./", "{ a = { imports = [ ./new.nix ]; }; }"],
  "in a folder": ["{ a = { imports = [ ./hosts/db/w| ]; }; }", "./hosts/db/", "{ a = { imports = [ ./new.nix ]; }; }"],
  "in the folder above": ["{ a = import ../|; }", "../", "{ a = import ./new.nix; }"],
  "as the argument of import": ["{ a = import |; }", "./", "{ a = import ./new.nix; }"],
  "in a text that ends there": ["{ a = { imports = [\n  ./", undefined],
  "as any other value": ["{ a = { x = ./w|; }; }", "./", "{ a = { x = ./new.nix; }; }"],
  "not in a string": ['{ a = { imports = [ "./w|" ]; }; }', undefined],
  "not in a comment": ["{ a = { # ./w|\n}; }", undefined],
  "not as a name": ["{ a = { ./w| }; }", undefined],
  "not in an ordinary list": ["{ a = { x = [ | ]; }; }", undefined],
  "not while another word is typed in imports": ["{ a = { imports = [ modules| ]; }; }", undefined],
  "not in an absolute path": ["{ a = import /et|; }", undefined],
};

for (const [name, [text, folder, after]] of Object.entries(paths))
  test(`completion of a path ${name}`, () => {
    const { document, position } = marked(text.includes("|") ? text : `${text}|`);
    const typed = pathAt(document, position);
    assert.equal(typed?.folder, folder ?? (text.endsWith("./") ? "./" : undefined));
    if (typed !== undefined && after !== undefined)
      assert.equal(edited(document, [{ range: typed.range, newText: "./new.nix" }]), after);
  });

test("a path goes on with modules first, then with folders, without what a path cannot name", () => {
  const { document, position } = marked("{ a = { imports = [ ./| ]; }; }");
  const typed = pathAt(document, position);
  assert.ok(typed !== undefined);
  const entries = [
    { name: "lib", kind: "folder" },
    { name: "web.nix", kind: "file" },
    { name: "db", kind: "module" },
    { name: "with space.nix", kind: "file" },
    { name: ".hidden.nix", kind: "file" },
    { name: "network.nix", kind: "file" },
  ] as const;
  const items = pathItems(typed, entries, "network.nix");
  assert.deepEqual(
    items.map(({ label, detail }) => [label, detail]),
    [
      ["./db", "folder with default.nix"],
      ["./web.nix", "module"],
      ["./lib/", "folder"],
    ],
  );
  assert.deepEqual(pathItems({ ...typed, isHidden: true }, entries).length, 5);
  const proceed = { title: "Suggest", command: "x" };
  const commands = pathItems(typed, entries, "network.nix", proceed).map(({ command }) => command);
  assert.deepEqual(commands, [undefined, undefined, proceed]);
});

test("a system has a description", () => {
  const { document, network, position } = marked("{ a = { nixpkgs.system = |; }; }");
  const arm = completion(document, network, position).find(({ label }) => label === "aarch64-linux");
  assert.equal(arm?.detail, "64-bit ARM: Raspberry Pi 3 and later, ARM servers");
});

test("the cursor is read from any text, in time proportional to its length", () => {
  fc.assert(
    fc.property(nixText(60), fc.nat(300), (text, at) => {
      const { start } = cursorAt(text, Math.min(at, text.length));
      assert.ok(start >= 0 && start <= at);
    }),
  );
  for (const piece of ["{", "a.", "-", '"', "${", "/* ", "1", "''", "=", "[ "]) {
    const text = piece.repeat(100_000 / piece.length);
    cursorAt(text, text.length);
  }
});
