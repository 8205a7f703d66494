// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { completion } from "../../../server/src/features/completion.ts";
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
  "a machine": [
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
  "for a machine's own name": "{ a|",
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
