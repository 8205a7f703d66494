// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readNetwork } from "../../../server/src/network/network.ts";
import { readableText, syntaxFaults } from "../../../server/src/syntax/strict/read.ts";
import { anyText } from "../../support/arbitraries.ts";
import { cpuTime } from "../../support/cpuTime.ts";
import { nixDocument } from "../../support/nixDocument.ts";
import { refusedNix, soundNix } from "../../support/nixExpressions.ts";
import { nixText } from "../../support/nixText.ts";

// test/integration/syntax.test.ts holds the same tables against the real Nix.

for (const [name, text] of Object.entries(soundNix))
  test(`Nix accepts ${name}: there is no fault`, () => assert.deepEqual(syntaxFaults(text), []));

for (const [name, [text, marked]] of Object.entries(refusedNix))
  test(`Nix refuses ${name}`, () => {
    const [fault] = syntaxFaults(text);
    assert.ok(fault);
    assert.equal(text.slice(fault.start, fault.end), marked);
  });

/** Syntax that tree-sitter-nix cannot parse -> a network with it. */
const unusual: Readonly<Record<string, string>> = {
  "a trailing comma": '{ lib, }: { a = { nixpkgs.system = "s"; }; }',
  "a trailing comma before a comment": '{ lib, # set by --arg\n}: { a = { nixpkgs.system = "s"; }; }',
  "a trailing comma in a machine": '{ a = { lib, ..., }: 1; b = 2; a2 = { pkgs, }: { nixpkgs.system = "s"; }; }',
  "an inherit of nothing": '{ inherit (x: x); inherit; a = { nixpkgs.system = "s"; }; }',
  "a path that begins with an interpolation": 'x: { a = { imports = [ /${x} ~/${x}/b ]; nixpkgs.system = "s"; }; }',
  "such a path over lines": 'x: { b = /${\n  x\n}/c; a = { nixpkgs.system = "s"; }; }',
  "a path in such a path": 'x: { b = /${ toString /${x} }; a = { nixpkgs.system = "s"; }; }',
  "a comment that a carriage return ends": '{ # first\r  a = { nixpkgs.system = "s"; }; # last\r}',
};

for (const [name, text] of Object.entries(unusual).filter(([, text]) => !text.includes("..., }")))
  test(`a network with ${name} has its machines and their systems, and stays so when it is edited`, () => {
    const document = nixDocument(text);
    const systems = () => readNetwork(document).machines.find(({ name }) => name === "a")?.system.value;
    assert.equal(document.root.hasError, false);
    assert.equal(document.text, text);
    assert.equal(systems(), "s");
    const range = document.rangeAt(text.indexOf('"s"') + 1, text.indexOf('"s"') + 2);
    document.update([{ range, text: "other" }], 2);
    assert.equal(document.root.hasError, false);
    assert.equal(systems(), "other");
    document.dispose();
  });

test("a text that is made readable keeps its length and its lines", () => {
  fc.assert(
    fc.property(nixText(40), text => {
      const readable = readableText(text);
      assert.equal(readable.length, text.length);
      assert.equal(readable.split("\n").length, text.split("\n").length);
    }),
  );
});

test("the faults of any text are within it", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, nixText(60)), text => {
      for (const { start, end } of syntaxFaults(text)) assert.ok(0 <= start && start <= end && end <= text.length);
    }),
    { numRuns: 1000 },
  );
});

/** Texts that are long, or nested deeper than real code. */
const extremes: Readonly<Record<string, string>> = {
  parentheses: "(".repeat(200_000),
  selections: `a${".a".repeat(200_000)}`,
  updates: `{ }${" // { }".repeat(50_000)}`,
  functions: `${"x: ".repeat(100_000)}1`,
  "comments that never end": "/*".repeat(200_000),
  "comments of one line": "#\n".repeat(200_000),
  "a string": `"${"a$b".repeat(300_000)}"`,
  "an indented string": `''${"a'b$c".repeat(300_000)}''`,
  "a name": "a".repeat(1_000_000),
  "a path": `./a${"/b".repeat(300_000)}`,
  "paths in paths": `${"/${".repeat(400)}x${"}".repeat(400)}`,
  "search paths that never end": "<a".repeat(200_000),
};

for (const [name, text] of Object.entries(extremes))
  test(`${name} without end: read in time that grows with the length`, () => {
    const started = cpuTime();
    syntaxFaults(text);
    readableText(text);
    assert.ok(cpuTime() - started < 2000);
  });
