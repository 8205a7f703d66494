import assert from "node:assert/strict";
import { test } from "node:test";
import { type Assignment, assign } from "../../../../server/src/features/edits/assign.ts";
import { ownSet } from "../../../../server/src/features/edits/insertion.ts";
import { edited } from "../../../support/marked.ts";
import { nixDocument } from "../../../support/nixDocument.ts";

const emulated: Assignment = {
  kind: "element",
  path: ["boot", "binfmt", "emulatedSystems"],
  lines: ['"aarch64-linux"'],
};
const machines: Assignment = {
  kind: "element",
  path: ["nix", "buildMachines"],
  lines: ["{", '  hostName = "b";', "}"],
};
const distributed: Assignment = { kind: "value", path: ["nix", "distributedBuilds"], text: "true" };

/** A text with the assignments made; undefined if they are refused. */
function assigned(text: string, ...assignments: readonly Assignment[]): string | undefined {
  const document = nixDocument(text);
  const set = ownSet(document.root);
  assert.ok(set !== undefined, "the text is a set");
  const edits = assign(document, set, assignments);
  return edits && edited(document, edits);
}

/** Text -> the same with aarch64-linux emulated; undefined: refused. */
const cases: Readonly<Record<string, readonly [before: string, after: string | undefined]>> = {
  "an empty set": ["{ }", '{\n  boot.binfmt.emulatedSystems = [ "aarch64-linux" ];\n}'],
  "a set on one line": ["{ a = 1; }", '{ boot.binfmt.emulatedSystems = [ "aarch64-linux" ]; a = 1; }'],
  "a module with a head": [
    "{ pkgs, ... }:\n{\n  a = pkgs.x;\n}\n",
    '{ pkgs, ... }:\n{\n  boot.binfmt.emulatedSystems = [ "aarch64-linux" ];\n  a = pkgs.x;\n}\n',
  ],
  "other options with the same beginning": [
    "{\n  boot.loader.grub.enable = false;\n}",
    '{\n  boot.binfmt.emulatedSystems = [ "aarch64-linux" ];\n  boot.loader.grub.enable = false;\n}',
  ],
  "a nested set": [
    "{\n  boot = {\n    kernelParams = [ ];\n  };\n}",
    '{\n  boot = {\n    binfmt.emulatedSystems = [ "aarch64-linux" ];\n    kernelParams = [ ];\n  };\n}',
  ],
  "two nested sets": [
    "{\n  boot.binfmt = { registrations = { }; };\n}",
    '{\n  boot.binfmt = { emulatedSystems = [ "aarch64-linux" ]; registrations = { }; };\n}',
  ],
  "an empty list": ["{ boot.binfmt.emulatedSystems = []; }", '{ boot.binfmt.emulatedSystems = [ "aarch64-linux" ]; }'],
  "a list on one line": [
    '{ boot.binfmt.emulatedSystems = [ "armv7l-linux" ]; }',
    '{ boot.binfmt.emulatedSystems = [ "armv7l-linux" "aarch64-linux" ]; }',
  ],
  "a list on several lines, with a comment at its end": [
    '{\n  boot.binfmt.emulatedSystems = [\n    "armv7l-linux" # the old one\n  ];\n}',
    '{\n  boot.binfmt.emulatedSystems = [\n    "armv7l-linux" # the old one\n    "aarch64-linux"\n  ];\n}',
  ],
  "a list that has it already": [
    "{ boot.binfmt.emulatedSystems = [ ''aarch64-linux'' ]; }",
    "{ boot.binfmt.emulatedSystems = [ ''aarch64-linux'' ]; }",
  ],
  "tabs and CRLF": [
    "{\r\n\tboot = {\r\n\t\tx = 1;\r\n\t};\r\n}",
    '{\r\n\tboot = {\r\n\t  binfmt.emulatedSystems = [ "aarch64-linux" ];\r\n\t\tx = 1;\r\n\t};\r\n}',
  ],
  "a list that is computed": ["{ boot.binfmt.emulatedSystems = lib.mkForce [ ]; }", undefined],
  "a condition around it": ["{ boot = lib.mkIf true { }; }", undefined],
  "an inherited set": ["{ inherit (x) boot; }", undefined],
  "a syntax error": ["{ a = ; }", undefined],
  "a syntax error elsewhere": ["{ a = 1; b = [ 1 }; }", undefined],
};

for (const [name, [before, after]] of Object.entries(cases))
  test(`emulation is added to: ${name}`, () => assert.equal(assigned(before, emulated), after));

test("several options are added to one place in their order, and nested ones to theirs", () => {
  assert.equal(
    assigned("{\n  nix.settings.cores = 1;\n}", machines, distributed),
    [
      "{",
      "  nix.buildMachines = [",
      "    {",
      '      hostName = "b";',
      "    }",
      "  ];",
      "  nix.distributedBuilds = true;",
      "  nix.settings.cores = 1;",
      "}",
    ].join("\n"),
  );
  assert.equal(
    assigned("{\n  nix = {\n    buildMachines = [\n      { a = 1; }\n    ];\n  };\n}", machines, distributed),
    [
      "{",
      "  nix = {",
      "    distributedBuilds = true;",
      "    buildMachines = [",
      "      { a = 1; }",
      "      {",
      '        hostName = "b";',
      "      }",
      "    ];",
      "  };",
      "}",
    ].join("\n"),
  );
});

test("an option that is there with the same value stays, and one with another is not overwritten", () => {
  assert.equal(assigned("{ nix.distributedBuilds = true; }", distributed), "{ nix.distributedBuilds = true; }");
  assert.equal(assigned("{ nix.distributedBuilds = false; }", distributed), undefined);
});
