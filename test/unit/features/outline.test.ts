import assert from "node:assert/strict";
import { test } from "node:test";
import { codeActions } from "../../../server/src/features/codeActions.ts";
import { documentSymbols } from "../../../server/src/features/documentSymbols.ts";
import { foldingRanges } from "../../../server/src/features/folding.ts";
import { inlayHints } from "../../../server/src/features/inlayHints.ts";
import { workspaceSymbols } from "../../../server/src/features/workspaceSymbols.ts";
import { context, machine, stated, unstated } from "../../support/features.ts";
import { edited, marked } from "../../support/marked.ts";
import { nixDocument } from "../../support/nixDocument.ts";

const { network } = context([machine(), machine({ name: "web01", system: unstated })]);
const everything = { start: { line: 0, character: 0 }, end: { line: 1000, character: 0 } };
const elsewhere = {
  uri: "file:///net/hosts/eif%20fel.nix",
  range: { start: { line: 2, character: 0 }, end: { line: 2, character: 1 } },
};

test("the outline shows machines with their system", () => {
  assert.deepEqual(
    documentSymbols(network).map(({ name, detail }) => [name, detail]),
    [
      ["eiffel", "aarch64-linux"],
      ["web01", "system not set"],
    ],
  );
});

test("the outline leaves out what the text does not name; the workspace has it", () => {
  const range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };
  const computed = machine({ name: "printer", range, selectionRange: range, computed: true });
  const both = context([machine(), computed]).network;
  assert.deepEqual(
    documentSymbols(both).map(({ name }) => name),
    ["eiffel"],
  );
  assert.deepEqual(
    workspaceSymbols([both], "").map(({ name }) => name),
    ["eiffel", "printer"],
  );
});

test("a symbol always encloses its name, and has one", () => {
  const odd = context([
    machine({ name: "", range: { start: { line: 9, character: 0 }, end: { line: 9, character: 1 } } }),
  ]);
  const [symbol] = documentSymbols(odd.network);
  assert.equal(symbol?.name, '""');
  assert.deepEqual(symbol?.range, symbol?.selectionRange);
});

/** query -> machines. */
const queries: Record<string, readonly string[]> = {
  "": ["eiffel", "web01"],
  EIF: ["eiffel"],
  w1: ["web01"],
  "1w": [],
};

for (const [query, names] of Object.entries(queries))
  test(`machines of the workspace for '${query}'`, () =>
    assert.deepEqual(
      workspaceSymbols([network], query).map(({ name }) => name),
      names,
    ));

/** system -> the hint and its text. */
const hints: Record<string, [system: ReturnType<typeof stated>, hint: readonly unknown[]]> = {
  "set in the machine": [stated("aarch64-linux"), []],
  "set in another file": [
    stated("aarch64-linux", { location: elsewhere }),
    [["aarch64-linux", "Set in eif fel.nix, line 3."]],
  ],
  evaluated: [{ value: "aarch64-linux", origin: "evaluated" }, [["aarch64-linux", "As evaluated."]]],
  "set in the machine to a computed value": [
    stated("aarch64-linux", { origin: "evaluated" }),
    [["aarch64-linux", "As evaluated."]],
  ],
  unstated: [unstated, []],
};

for (const [name, [system, expected]] of Object.entries(hints))
  test(`inlay hint of a system: ${name}`, () =>
    assert.deepEqual(
      inlayHints(context([machine({ system })]).network, everything).map(({ label, tooltip }) => [label, tooltip]),
      expected,
    ));

test("machines that one text names have one hint for each system", () => {
  const arm = stated("aarch64-linux", { location: elsewhere });
  const intel = stated("x86_64-linux", { location: elsewhere });
  const machines = [arm, arm, intel, arm].map((system, index) => machine({ name: `sensor${index}`, system }));
  assert.deepEqual(
    inlayHints(context(machines).network, everything).map(({ label }) => label),
    ["aarch64-linux", "x86_64-linux"],
  );
});

test("there is no hint outside the visible range, or for a name that is not in the text", () => {
  const system = stated("aarch64-linux", { location: elsewhere });
  const range = { start: { line: 50, character: 0 }, end: { line: 60, character: 0 } };
  assert.deepEqual(inlayHints(context([machine({ system })]).network, range), []);
  assert.deepEqual(inlayHints(context([machine({ system, computed: true })]).network, everything), []);
});

test("sets, lists, indented strings and comments fold", () => {
  const text =
    "# a\n# b\n\n# c\n{\n  a = {\n    x = [\n      1\n    ];\n    y = ''\n      z\n    '';\n  };\n  /* d\n  */\n  b = { };\n}\n";
  assert.deepEqual(
    foldingRanges(nixDocument(text))
      .map(({ startLine, endLine, kind }) => [startLine, endLine, kind])
      .toSorted(([a], [b]) => Number(a) - Number(b)),
    [
      [0, 1, "comment"],
      [4, 15, undefined],
      [5, 11, undefined],
      [6, 7, undefined],
      [9, 10, undefined],
      [13, 14, "comment"],
    ],
  );
});

/** text -> each action's title and the text after it. */
const actions: Record<string, [text: string, actions: Readonly<Record<string, string>>]> = {
  "a name with dots": [
    "{ we|b.example.org = { services.x = 1; }; }",
    { 'Quote the machine\'s name: "web.example.org"': '{ "web.example.org" = { services.x = 1; }; }' },
  ],
  "an option of a machine": ["{ we|b.services.x = { enable = true; }; }", {}],
  "a machine without a system": [
    "{\n  a| = { pkgs, ... }: {\n    x = 1;\n  };\n}",
    {
      "Set nixpkgs.hostPlatform to armv7l-linux":
        '{\n  a = { pkgs, ... }: {\n    nixpkgs.hostPlatform = "armv7l-linux";\n    x = 1;\n  };\n}',
      "Set nixpkgs.hostPlatform to x86_64-linux":
        '{\n  a = { pkgs, ... }: {\n    nixpkgs.hostPlatform = "x86_64-linux";\n    x = 1;\n  };\n}',
      "Set nixpkgs.hostPlatform to aarch64-linux":
        '{\n  a = { pkgs, ... }: {\n    nixpkgs.hostPlatform = "aarch64-linux";\n    x = 1;\n  };\n}',
    },
  ],
  "a machine that is imported": ["{ a| = ./a.nix; }", {}],
  "a machine whose set has another name": ["let common = { }; in { a| = common; }", {}],
  "a system without effect": [
    '{\n  network.pkgs = import <nixpkgs> { system = "x86_64-linux"; };\n  a = {\n    nixpkgs.system = "aarch64-|linux";\n    x = 1;\n  };\n}',
    {
      "Remove ineffective system":
        '{\n  network.pkgs = import <nixpkgs> { system = "x86_64-linux"; };\n  a = {\n    x = 1;\n  };\n}',
    },
  ],
  "a system without effect that is an argument of a helper": [
    'let mk = { system }: { nixpkgs = { inherit system; pkgs = import <nixpkgs> { system = "x86_64-linux"; }; }; };\nin { a = mk { system = "aarch64-|linux"; }; }',
    {},
  ],
  "a system without effect that another module may read": [
    '{\n  network.pkgs = import <nixpkgs> { system = "x86_64-linux"; };\n  a = {\n    imports = [ ./a.nix ];\n    nixpkgs.system = "aarch64-|linux";\n  };\n}',
    {},
  ],
  "a system without effect that the machine reads": [
    '{\n  network.pkgs = import <nixpkgs> { system = "x86_64-linux"; };\n  a = { config, ... }: {\n    x = config.nixpkgs.system;\n    nixpkgs.system = "aarch64-|linux";\n  };\n}',
    {},
  ],
  "a default without effect for one machine, but for another": [
    '{\n  defaults.nixpkgs.system = "aarch64-|linux";\n  a.nixpkgs.pkgs = import <nixpkgs> { system = "x86_64-linux"; };\n  b = { services.x = 1; };\n}',
    {},
  ],
  "a system with an instance that cannot be read": [
    '{\n  network.pkgs = import ./pkgs.nix { };\n  a = {\n    nixpkgs.system = "aarch64-|linux";\n  };\n}',
    {},
  ],
  "an attribute that Morph ignores": ["{ network.descri|pton = 1; a.services.x = 1; }", {}],
};

for (const [name, [text, expected]] of Object.entries(actions))
  test(`code actions: ${name}`, () => {
    const { document, network: read, position } = marked(text);
    const found = codeActions(document, read, { start: position, end: position }, [], "armv7l-linux");
    assert.deepEqual(
      Object.fromEntries(
        found.map(({ title, edit }) => [title, edited(document, edit?.changes?.[document.uri] ?? [])]),
      ),
      expected,
    );
  });

test("the replacement of a diagnostic is its fix", () => {
  const { document, network: read, position } = marked('{ a = { nixpkgs.system = |"aarch64-linx"; }; }');
  const start = document.offsetAt(position);
  const range = document.rangeAt(start, start + 14);
  const diagnostic = { range, message: "x", data: { replacement: '"aarch64-linux"' } };
  const [action] = codeActions(document, read, range, [diagnostic]);
  assert.equal(action?.title, 'Change to "aarch64-linux"');
  assert.equal(
    edited(document, action?.edit?.changes?.[document.uri] ?? []),
    '{ a = { nixpkgs.system = "aarch64-linux"; }; }',
  );
});
