// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix

import assert from "node:assert/strict";
import { test } from "node:test";
import { definition } from "../../../server/src/features/definition.ts";
import { documentLinks } from "../../../server/src/features/documentLinks.ts";
import { references } from "../../../server/src/features/names/references.ts";
import { prepareRename, rename } from "../../../server/src/features/rename/rename.ts";
import { edited, marked, textAt } from "../../support/marked.ts";
import { nixDocument } from "../../support/nixDocument.ts";

const files = new Map([
  ["./web.nix", "file:///net/web.nix"],
  ["../hosts/db", "file:///hosts/db/default.nix"],
]);
const resolve = (path: string) => files.get(path);

const network = `{
  network.ordering.tags = [ "db" "web" ];
  web = { nodes, ... }: { imports = [ ./web.nix ]; deployment.tags = [ "web" ]; };
  "web.example.org" = { nodes, ... }: { deployment.tags = [ "web" "x" ]; x = nodes.web.config; };
  db = import ../hosts/db;
  pi = ./web.nix;
  old = import ../hosts/db { };
  other = { nodes, ... }: { x = nodes."web.example.org" ? y; z = nodes ? web; };
}`;

/** The network with the cursor after a part of its text. */
const at = (piece: string) => marked(network.replace(piece, () => `${piece}|`));

/** cursor -> target: a line of the network (counted from 1) or a file. */
const definitions: Record<string, [piece: string, places: readonly (number | string)[]]> = {
  "from nodes to the machine": ["x = nodes.we", [3]],
  "from a quoted name after nodes to the machine": ['nodes."web.ex', [4]],
  "from a machine to the folder that it is imported from": ["  db", ["file:///hosts/db/default.nix"]],
  "from a machine to its file": ["  pi", ["file:///net/web.nix"]],
  "from a machine to the file of a call": ["  old", ["file:///hosts/db/default.nix"]],
  "from an import": ["[ ./web.n", ["file:///net/web.nix"]],
  "from a machine that is defined here": ["  we", [3]],
  "from a tag of the ordering to its machines": ['"db" "web', [3, 4]],
  "from a machine's tag to the ordering": ['deployment.tags = [ "we', [2]],
  "from a tag that is not in the ordering": ['"x', []],
  "from anything else": ["imports", []],
};

for (const [name, [piece, places]] of Object.entries(definitions))
  test(`definition ${name}`, () => {
    const { document, network: read, position } = at(piece);
    const found = definition(document, read, position, resolve);
    const isHere = (uri: string) => uri === document.uri;
    assert.deepEqual(
      found.map(({ uri, range }) => (isHere(uri) ? range.start.line + 1 : uri)),
      places,
    );
  });

test("an import of a missing file has no definition", () => {
  const { document, network: read, position } = marked("{ a = import ./n|one.nix; }");
  assert.deepEqual(definition(document, read, position, resolve), []);
});

test("paths of existing files are links", () => {
  const text = "{ a = { imports = [ ./web.nix ./none.nix ./${x}.nix <nixpkgs/x> ] ++ [ (import ../hosts/db) ]; }; }";
  const document = nixDocument(text);
  assert.deepEqual(
    documentLinks(document, resolve).map(({ range, target }) => [textAt(document, range), target]),
    [
      ["./web.nix", "file:///net/web.nix"],
      ["../hosts/db", "file:///hosts/db/default.nix"],
    ],
  );
});

/** cursor -> the lines of the references, counted from 1. */
const uses: Record<string, [piece: string, lines: readonly number[]]> = {
  "a machine, from its name": ["  we", [3, 4, 8]],
  "a machine with dots, from nodes": ['nodes."web.exam', [4, 8]],
  "a tag": ['"web', [2, 3, 4]],
  "a path": ["./web.n", []],
};

for (const [name, [piece, lines]] of Object.entries(uses))
  test(`references of ${name}`, () => {
    const { document, network: read, position } = at(piece);
    assert.deepEqual(
      references(document, read, position).map(({ range }) => range.start.line + 1),
      lines,
    );
  });

test("references are found in other documents of the network", () => {
  const { document, network: read, position } = at("  we");
  const module = nixDocument("{ nodes, ... }: { x = nodes.web; y = nodes.db; }", "file:///net/module.nix");
  const found = references(document, read, position, [module]);
  assert.deepEqual(found.filter(({ uri }) => uri === module.uri).length, 1);
});

test("a file's own `nodes` has no machines of the network", () => {
  const { document, network: read, position } = marked("let nodes = { a = 1; }; in { |a = { x = nodes.a; }; }");
  assert.equal(references(document, read, position).length, 1);
});

/** text, new name -> text. */
const renames: Record<string, [text: string, name: string, after: string]> = {
  "a bare name": [
    "{ e|iffel = { }; b = { nodes, ... }: { x = nodes.eiffel.config; }; }",
    "tower",
    "{ tower = { }; b = { nodes, ... }: { x = nodes.tower.config; }; }",
  ],
  "to one with dots": [
    "{ eiffel = { }; b = { x = nodes.eif|fel; }; }",
    "eiffel.example.org",
    '{ "eiffel.example.org" = { }; b = { x = nodes."eiffel.example.org"; }; }',
  ],
  "to one that was typed with quotes": ["{ eiffel| = { }; }", '"10.0.0.2"', '{ "10.0.0.2" = { }; }'],
  "from a quoted name to one that needs no quotes": ['{ "10.0.|0.2" = ./a.nix; }', "pi", "{ pi = ./a.nix; }"],
  "every binding of a machine": ["{ |a.x = 1; a.y = 2; }", "b", "{ b.x = 1; b.y = 2; }"],
  "a name that a function takes": [
    "{ b = { nodes, ... }: { x = nodes.pi; }; } // builtins.mapAttrs (n: m: m) { p|i = { }; cam = { }; }",
    "pi.example",
    '{ b = { nodes, ... }: { x = nodes."pi.example"; }; } // builtins.mapAttrs (n: m: m) { "pi.example" = { }; cam = { }; }',
  ],
  "a name that a function takes, from nodes": [
    "let all = { pi.x = 1; pi.y = 2; }; in { b = { nodes, ... }: { x = nodes.p|i; }; } // builtins.mapAttrs (n: m: m) all",
    "cam",
    "let all = { cam.x = 1; cam.y = 2; }; in { b = { nodes, ... }: { x = nodes.cam; }; } // builtins.mapAttrs (n: m: m) all",
  ],
  "an element of a list": [
    '{ b = { nodes, ... }: { deployment.tags = [ "rack1" ]; x = nodes.rack1; h = "rack1"; }; } // (import <nixpkgs/lib>).genAttrs [ "rac|k1" "rack2" ] (n: { })',
    "shelf",
    '{ b = { nodes, ... }: { deployment.tags = [ "rack1" ]; x = nodes.shelf; h = "rack1"; }; } // (import <nixpkgs/lib>).genAttrs [ "shelf" "rack2" ] (n: { })',
  ],
  "a name in a pair": [
    'builtins.listToAttrs [ { name = "|a"; value = { }; } ]',
    "b",
    'builtins.listToAttrs [ { name = "b"; value = { }; } ]',
  ],
  "to a keyword": ["{ a| = { }; }", "with", '{ "with" = { }; }'],
};

for (const [name, [text, newName, after]] of Object.entries(renames))
  test(`rename ${name}`, () => {
    const { document, network: read, position } = marked(text);
    const result = rename(document, read, position, newName);
    assert.ok("changes" in result);
    assert.equal(edited(document, result.changes?.[document.uri] ?? []), after);
  });

/** Its tree has no machine `b`. */
const unfinished = "{\n  a = { nodes, ... }: { x = nodes.b; };\n  c = [\n  b = { };\n}\n";

/** text, new name -> the reason. */
const refusals: Record<string, [text: string, name: string, reason: RegExp]> = {
  "to nothing": ["{ a| = { }; }", " ", /needs a name/],
  "to a reserved name": ["{ a| = { }; }", "defaults", /is a reserved attribute name/],
  "to a machine that exists": ["{ a| = { }; b = { }; }", "b", /A machine named 'b' already exists/],
  "to a name with a space": ["{ a| = { }; }", "a b", /cannot contain spaces/],
  "a tag": ['{ a = { deployment.tags = [ "w|" ]; }; }', "b", /Tags cannot/],
  "an option": ["{ a = { deployment.tar|getUser = 1; }; }", "b", /Only machines/],
  network: ["{ net|work = { }; }", "b", /Only machines/],
  "a machine that is only found by indentation": [unfinished.replace("  b =", "  |b ="), "d", /has a syntax error/],
  "a machine that is only found by indentation, from nodes": [
    unfinished.replace("nodes.b", "nodes.|b"),
    "d",
    /has a syntax error/,
  ],
  "a name with an expression in it": [
    'let n = "x"; in { "a.${n|}" = { }; }',
    "b",
    /machine 'a\.x' is computed, so it cannot be renamed in the file/,
  ],
  "a computed name, from nodes": [
    '{ b = { nodes, ... }: { x = nodes.|s0; }; } // builtins.listToAttrs (builtins.genList (i: { name = "s${toString i}"; value = { }; }) 1)',
    "c",
    /machine 's0' is computed/,
  ],
  "a machine that is inherited": ["let a = { }; in { inherit |a; }", "b", /'a' is also used for something else/],
  "a machine that is inherited where a function takes it": [
    "let a = { }; in builtins.mapAttrs (n: m: m) { inherit |a; }",
    "b",
    /'a' is also used for something else/,
  ],
  "a name that a function takes and a variable has": [
    "builtins.mapAttrs (n: m: m) rec { |a = { }; b = a; }",
    "c",
    /'a' is also used for something else/,
  ],
  "a name in two sets": [
    "builtins.mapAttrs (n: m: m) ({ a = { x = 1; }; } // { |a = { }; })",
    "c",
    /'a' is also used for something else/,
  ],
  "an element of two lists": [
    'let f = names: (import <nixpkgs/lib>).genAttrs names (n: { }); in f [ "a" ] // f [ |"a" ]',
    "c",
    /'a' is also used for something else/,
  ],
};

for (const [name, [text, newName, reason]] of Object.entries(refusals))
  test(`no rename: ${name}`, () => {
    const { document, network: read, position } = marked(text);
    const result = rename(document, read, position, newName);
    assert.ok("refused" in result);
    assert.match(result.refused, reason);
  });

test("a rename shows the name without its quotes", () => {
  const { document, network: read, position } = marked('{ "10.0.|0.2" = { }; }');
  const prepared = prepareRename(document, read, position);
  assert.ok("placeholder" in prepared);
  assert.deepEqual([prepared.placeholder, textAt(document, prepared.range)], ["10.0.0.2", '"10.0.0.2"']);
});
