import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { networkDiagnostics, syntaxDiagnostics } from "../../../server/src/features/checks/diagnostics.ts";
import { readText } from "../../../server/src/network/network.ts";
import { cpuTime } from "../../support/cpuTime.ts";
import { nixDocument } from "../../support/nixDocument.ts";
import { nixText } from "../../support/nixText.ts";

/** Everything that is computed for a text when it is opened. */
function readAll(text: string) {
  const document = nixDocument(text);
  try {
    const { network } = readText(document);
    const end = document.text.length;
    for (const { range, selectionRange, system } of network.machines)
      for (const each of [range, selectionRange, ...(system.location === undefined ? [] : [system.location.range])]) {
        const [from, to] = [document.offsetAt(each.start), document.offsetAt(each.end)];
        assert.ok(0 <= from && from <= to && to <= end);
      }
    assert.equal(new Set(network.machines.map(({ name }) => name)).size, network.machines.length);
    return { network, diagnostics: [...networkDiagnostics(network), ...syntaxDiagnostics(document)] };
  } finally {
    document.dispose();
  }
}

test("reading any text never throws, and every machine exists once and is within the text", () => {
  fc.assert(
    fc.property(nixText(60), text => void readAll(text)),
    { numRuns: 500 },
  );
});

test("with any text in the middle of a network, reading it never throws", () => {
  const before = `{\n  network.description = "n";\n  web01 = { pkgs, ... }: {\n    nixpkgs.system = "x86_64-linux";\n`;
  const after = `\n  };\n  eiffel = { };\n}\n`;
  fc.assert(
    fc.property(nixText(20), text => void readAll(before + text + after)),
    { numRuns: 300 },
  );
});

const times = 10_000;
const nested = (open: string, middle: string, close: string) => open.repeat(times) + middle + close.repeat(times);
const lines = (line: (index: number) => string) => `{\n${Array.from({ length: 2000 }, (_, i) => line(i)).join("\n")}\n`;

/** Texts that are nested deeper, or are longer, than real code. */
const extremes: Record<string, string> = {
  "parentheses that are never closed": nested("(", "", ""),
  "parentheses around a network": nested("(", "{ a = { }; }", ")"),
  "braces that are never closed": nested("{", "", ""),
  "closing braces": nested("}", "", ""),
  "sets in sets": nested("{ a = ", "1", "; }"),
  "lists in lists": nested("[", "", "]"),
  "functions of functions": nested("x: ", "{ a = { }; }", ""),
  "lets in lets": nested("let x = 1; in ", "{ a = { }; }", ""),
  "interpolations in interpolations": nested('"${', "", ""),
  "merged sets": nested("{ a = { }; } // ", "{ }", ""),
  "a system in a system": `{ a = { nixpkgs.system = ${nested("{ system = ", '"x"', "; }")}; }; }`,
  "defaults of defaults": `{ a = { nixpkgs.system = ${nested("mkDefault (", '"x"', ")")}; }; }`,
  "a name of many parts": `{ a${".b".repeat(times)} = 1; }`,
  "a machine that is defined again and again": lines(() => "  a = {"),
  "many machines": `${lines(i => `  m${i} = { nixpkgs.system = "x"; };`)}}`,
  "many machines, the last of them broken": lines(i => `  m${i} = { nixpkgs.system = "x"; };`),
  "many broken machines": lines(i => `  m${i} = { services.`),
  "a name that is itself twice": "let a = a // a; in a",
};

for (const [name, text] of Object.entries(extremes)) {
  test(`${name}: read quickly and without an error`, () => {
    const started = cpuTime();
    readAll(text);
    const took = cpuTime() - started;
    assert.ok(took < 5000, `${took.toFixed(0)} ms`);
  });
}

test("a system is found within a few wrappers; within many it may be unknown", () => {
  const system = (depth: number) => {
    const text = `{ a = { lib, ... }: { nixpkgs.system = ${"lib.mkDefault (".repeat(depth)}"x"${")".repeat(depth)}; }; }`;
    return readAll(text).network.machines[0]?.system;
  };
  assert.equal(system(3)?.value, "x");
  assert.ok(["x", undefined].includes(system(1000)?.value));
});
