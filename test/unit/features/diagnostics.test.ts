// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  diagnosticOf,
  networkDiagnostics,
  syntaxDiagnostics,
  withoutRepeated,
} from "../../../server/src/features/checks/diagnostics.ts";
import { readNetwork } from "../../../server/src/network/network.ts";
import type { Problem } from "../../../server/src/protocol.ts";
import { nixDocument } from "../../support/nixDocument.ts";

/** Text that is valid Nix. */
const valid: Record<string, string> = {
  "a plain network": `{ network.description = "n"; web01 = { pkgs, ... }: { }; }`,
  "a trailing comma in formals": "{ pkgs, }: { }",
  "a trailing comma over lines": "{\n  pkgs,\n  lib,\n}:\n{ }",
  "inherit without names": "let x = { }; in { inherit (x); }",
  "the pipe to the right": "[ 1 ] |> map (x: x)",
  "the pipe to the left": "map (x: x) <| [ 1 ]",
};

for (const [name, text] of Object.entries(valid))
  test(`${name} has no diagnostics`, () => assert.deepEqual(syntaxDiagnostics(nixDocument(text)), []));

/** Text with errors, with the marked part. */
const broken: Record<string, [text: string, marked: string, message: string]> = {
  "a missing semicolon": ["{ a = 1 }", "}", "Syntax error: unexpected '}', expected ';'."],
  "an unclosed brace": [
    "{ a = 1;",
    "",
    "Syntax error: unexpected end of file, expected one of '${' name 'inherit' '}'.",
  ],
  "a word too many": ["{ a = 1; } }", "}", "Syntax error: unexpected '}'."],
  "a keyword after a dot": ["a: a.in", "in", "Syntax error: unexpected 'in', expected one of '${' name."],
  "a name twice": ["{\n  a = 1;\n  a = 2;\n}", "a", "Attribute 'a' is already defined on line 2."],
  "an argument twice": ["{ a, b, a }: 1", "a", "The function has two arguments named 'a'."],
  "an undefined name": ["x: { inherit y; }", "y", "Undefined variable 'y'."],
};

for (const [name, [text, marked, message]] of Object.entries(broken)) {
  test(`${name} is a syntax error`, () => {
    const document = nixDocument(text);
    const [found, ...others] = syntaxDiagnostics(document);
    assert.ok(found);
    assert.equal(others.length, 0);
    assert.deepEqual([found.code, found.severity, found.source], ["syntax-error", 1, "morph"]);
    assert.equal(found.message, message);
    const { start, end } = found.range;
    assert.equal(document.text.slice(document.offsetAt(start), document.offsetAt(end)), marked);
  });
}

test("an error that covers many lines is marked on its first only", () => {
  for (const { range } of syntaxDiagnostics(nixDocument("{\n  a = = 1;\n  b = ;\n}\n)))\n")))
    assert.equal(range.start.line, range.end.line);
});

test("a text full of errors has a bounded number of diagnostics", () => {
  const found = syntaxDiagnostics(nixDocument(`{ ${"a = 1; ".repeat(1000)}}`));
  assert.ok(found.length > 0 && found.length <= 20);
});

const location = {
  uri: "file:///net/network.nix",
  range: { start: { line: 1, character: 2 }, end: { line: 1, character: 4 } },
};

/** problem -> the diagnostic's severity and text. */
const problems: Record<string, [problem: Problem, severity: number, message: string]> = {
  "an error": [{ code: "x", severity: "error", message: "Broken.", location }, 1, "Broken."],
  "a warning": [{ code: "x", severity: "warning", message: "Odd.", location }, 2, "Odd."],
  "an information, with Nix's message": [
    { code: "x", severity: "info", message: "Known.", detail: "error: x", location },
    3,
    "Known.\nerror: x",
  ],
};

for (const [name, [problem, severity, message]] of Object.entries(problems))
  test(`a problem with a position is a diagnostic: ${name}`, () =>
    assert.deepEqual(diagnosticOf(problem), [
      { range: location.range, severity, code: "x", source: "morph", message },
    ]));

test("a problem without a position is not a diagnostic", () => {
  assert.deepEqual(diagnosticOf({ code: "x", severity: "error", message: "Broken." }), []);
});

test("problems of a network are marked at their positions", () => {
  const network = readNetwork(nixDocument("{\n  a = _: { };\n  a = _: { };\n}"));
  assert.deepEqual(
    networkDiagnostics(network).map(({ code, range }) => [code, range.start.line]),
    [["duplicate-machine", 2]],
  );
});

test("what Morph refuses is not repeated if the network or a check reports an error on the same line", () => {
  const network = readNetwork(nixDocument("{\n  a = _: { };\n  a = _: { };\n}"));
  const [duplicate] = network.problems;
  assert.ok(duplicate?.location);
  const refusal = {
    code: "not-deployable",
    severity: "error",
    message: "Refused.",
    location: duplicate.location,
  } as const;
  const other = { uri: network.uri, range: { start: { line: 3, character: 0 }, end: { line: 3, character: 1 } } };
  const problems = [...network.problems, refusal, { ...refusal, location: other }];
  const codes = (checks?: Parameters<typeof networkDiagnostics>[1]) =>
    networkDiagnostics({ ...network, problems }, checks).map(({ code }) => code);
  assert.deepEqual(codes(), ["duplicate-machine", "not-deployable"]);
  assert.deepEqual(codes([{ range: other.range, severity: 1, message: "Wrong." }]), ["duplicate-machine"]);
  assert.deepEqual(codes([{ range: other.range, severity: 2, message: "Odd." }]), codes());
});

test("a machine that is defined twice is not also a syntax error", () => {
  const document = nixDocument("{\n  a = _: { };\n  a = _: { };\n}");
  const found = syntaxDiagnostics(document);
  assert.equal(found.length, 1);
  assert.deepEqual(withoutRepeated(found, networkDiagnostics(readNetwork(document))), []);
});
