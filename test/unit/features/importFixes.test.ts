import assert from "node:assert/strict";
import { test } from "node:test";
import type { Diagnostic } from "vscode-languageserver-types";
import { networkChecks } from "../../../server/src/features/checks/checks.ts";
import { importFixes, missingImports } from "../../../server/src/features/importFixes.ts";
import { readNetwork } from "../../../server/src/network/network.ts";
import { runToEnd } from "../../../server/src/util/steps.ts";
import { edited } from "../../support/marked.ts";
import { nixDocument } from "../../support/nixDocument.ts";

const uriOf = (literal: string) => new URL(literal, "file:///net/network.nix").href;

/** The fixes of the only import of a text, which is missing. */
function fixesOf(text: string, modules: readonly string[], canCreate = true) {
  const document = nixDocument(text);
  const found = runToEnd(networkChecks(document, readNetwork(document), () => true));
  const [missing, ...others] = missingImports(document, found);
  assert.ok(missing !== undefined && others.length === 0);
  return { document, fixes: importFixes(document, missing, { modules, uriOf: canCreate ? uriOf : undefined }) };
}

test("a misspelt import is changed to the module of its folder with the nearest name", () => {
  const { document, fixes } = fixesOf("{ a = { imports = [ ./hosts/wbe01.nix ]; }; }", [
    "db.nix",
    "web01.nix",
    "web02.nix",
  ]);
  const [first] = fixes;
  assert.equal(first?.title, "Change to ./hosts/web01.nix");
  assert.equal(first.isPreferred, true);
  assert.equal(
    edited(document, first.edit?.changes?.[document.uri] ?? []),
    "{ a = { imports = [ ./hosts/web01.nix ]; }; }",
  );
});

test("an import is changed to no module whose name is quite different", () => {
  const { fixes } = fixesOf("{ a = import ./web.nix; }", ["database.nix", "lib"]);
  assert.deepEqual(
    fixes.map(({ title }) => title),
    ["Create ./web.nix"],
  );
});

test("a missing file is created with a module that sets nothing", () => {
  const { fixes } = fixesOf("{ a = { imports = [ ../mine/web.nix ]; }; }", []);
  assert.deepEqual(
    fixes.map(({ title, kind, edit, diagnostics }) => [title, kind, edit, diagnostics?.map(({ code }) => code)]),
    [
      [
        "Create ../mine/web.nix",
        "quickfix",
        {
          documentChanges: [
            { kind: "create", uri: "file:///mine/web.nix", options: { ignoreIfExists: true } },
            {
              textDocument: { uri: "file:///mine/web.nix", version: null },
              edits: [
                {
                  range: { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } },
                  newText: "{ config, lib, pkgs, ... }:\n\n{\n}\n",
                },
              ],
            },
          ],
        },
        ["missing-import"],
      ],
    ],
  );
});

test("of a missing folder the default.nix is created", () => {
  const { fixes } = fixesOf("{ a = import ./hosts/db; }", []);
  assert.equal(fixes[0]?.title, "Create ./hosts/db/default.nix");
  assert.match(JSON.stringify(fixes[0]?.edit), /"uri":"file:\/\/\/net\/hosts\/db\/default.nix"/);
});

test("the path of a new folder stays relative to the document", () => {
  const { fixes } = fixesOf("{ a = import ../db; }", []);
  assert.equal(fixes[0]?.title, "Create ../db/default.nix");
});

test("nothing is created where the client cannot create files", () => {
  assert.deepEqual(fixesOf("{ a = import ./web.nix; }", [], false).fixes, []);
});

test("only missing imports that the text still has are fixed", () => {
  const document = nixDocument("{ a = import ./web.nix; }");
  const range = { start: { line: 0, character: 2 }, end: { line: 0, character: 9 } };
  const diagnostic: Diagnostic = { range, message: "", code: "missing-import" };
  assert.deepEqual(missingImports(document, [diagnostic, { ...diagnostic, code: "other" }]), []);
});
