// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is Nix

import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readNetwork, readText } from "../../../server/src/network/network.ts";
import { anyText } from "../../support/arbitraries.ts";
import { askAround, askNear, askOfDocument } from "../../support/everyFeature.ts";
import { nixDocument } from "../../support/nixDocument.ts";
import { nixText } from "../../support/nixText.ts";

// No text makes any language feature throw, return a position outside the text, or take long.

/** Runs all features, like an editor with the text open. */
function askAll(text: string, { near = [], around = near }: { near?: number[]; around?: number[] } = {}) {
  const document = nixDocument(text);
  try {
    readText(document);
    const network = readNetwork(document);
    askOfDocument(document, network);
    for (const offset of near) askNear(document, network, offset);
    for (const offset of around) askAround(document, network, offset);
    return network;
  } finally {
    document.dispose();
  }
}

/** Pieces for malformed text. */
const oddPieces = fc.constantFrom(
  "\0",
  "\ufeff",
  "\ud83d",
  "\udc00",
  "e\u0301",
  "👩‍💻",
  "\u2028",
  "nodes.",
  "tags = [ ",
  "]",
);
const soup = fc
  .array(fc.oneof({ weight: 3, arbitrary: nixText(4) }, { weight: 1, arbitrary: oddPieces }), { maxLength: 15 })
  .map(pieces => pieces.join(""));

/** Contexts of the pieces: at the top level of a file, in a network, in a machine, in a value. */
const surroundings: readonly (readonly [before: string, after: string])[] = [
  ["", ""],
  ["{\n  first = { };\n  ", "\n  last = { nodes, ... }: { x = nodes.first; };\n}\n"],
  ["{ a = { deployment.tags = [ ", " ]; }; network.ordering.tags = [ ]; }"],
  ['{ a = { nixpkgs.system = "', '"; }; }'],
];

test("with any text, every feature answers at every position", () => {
  fc.assert(
    fc.property(
      fc.oneof(soup, anyText),
      fc.constantFrom(...surroundings),
      fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
      (text, [before, after], places) => {
        const whole = before + text + after;
        askAll(whole, { near: places.map(place => place % (whole.length + 1)) });
      },
    ),
    { numRuns: 300 },
  );
});

const nested = (times: number, open: string, middle: string, close = "") =>
  `${open.repeat(times)}${middle}${close.repeat(times)}`;

/** What can be nested, a number of times. */
const nestings: Readonly<Record<string, (times: number) => string>> = {
  parentheses: times => `{ a = ${nested(times, "(", "{ }", ")")}; }`,
  "parentheses that are never closed": times => `{ a = ${nested(times, "(", "")}`,
  sets: times => `{ a = ${nested(times, "{ b = ", "1", "; }")}; }`,
  "sets of one option": times => `{ a = ${nested(times, "{ deployment = ", "1", "; }")}; }`,
  "sets that are never closed": times => `{ a = ${nested(times, "{ b = ", "")}`,
  "sets that name machines": times => `{ a = ${nested(times, "{ x = nodes.a; y = ", "1", "; }")}; }`,
  lists: times => `{ a.deployment.tags = ${nested(times, "[ ", '"x"', " ]")}; }`,
  lets: times => `{ a = ${nested(times, "let x = { }; in ", "{ }")}; }`,
  functions: times => `{ a = ${nested(times, "{ x, ... }: ", "{ }")}; }`,
  "modules that import modules": times => `{ a = ${nested(times, "{ imports = [ ", "", "]; }")}; }`,
  "strings in interpolations": times => `{ a = ${nested(times, '"${', "x", '}"')}; }`,
  "indented strings in interpolations": times => `{ a = ${nested(times, "''${", "x", "}''")}; }`,
  "strings that are never closed": times => `{ a = ${nested(times, '"${', "")}`,
  "interpolations in a machine's name": times => `{ ${nested(times, '"${', "x", '}"')} = { }; a = { }; }`,
  "arguments of a call": times => `{ a = f${nested(times, " x", "")}; }`,
  "operators in a row": times => `{ a = { }${nested(times, " // { }", "")}; }`,
  negations: times => `{ a = ${nested(times, "!", "true")}; }`,
  conditions: times => `{ a = ${nested(times, "if true then ", "{ }", " else { }")}; }`,
  "segments of a name": times => `{ a${nested(times, ".b", "")} = 1; }`,
  "block comments": times => `{ a = { }; ${nested(times, "/* ", "")}*/ }`,
};

/** Deeper than any real code. */
const deep = 10_000;

/** So deep, more is looked at. */
const deepToRead = 300;

const everywhere = ({ length }: string) => [0, 3, 8, length >> 2, length >> 1, length - 8, length - 1, length];

for (const [name, nesting] of Object.entries(nestings))
  test(`${name}: the features answer at any depth`, () => {
    for (const text of [nesting(deep), nesting(deepToRead)]) {
      const { machines } = askAll(text, { near: everywhere(text) });
      assert.ok(machines.length <= 1 && machines.every(({ name: machine }) => machine === "a"));
    }
  });

/** Text with unusual characters -> its machines. */
const oddities: Readonly<Record<string, readonly [text: string, machines: readonly string[]]>> = {
  "a byte order mark": ["\ufeff{ a = { }; b = { }; }", ["a", "b"]],
  "a NUL before the network": ["\0{ a = { }; b = { }; }", ["a", "b"]],
  "a NUL after the network": ["{ a = { }; b = { }; }\0", ["a", "b"]],
  "NULs between machines": ["{ a = { };\0 b = { };\0\0 c = { }; }", ["a", "b", "c"]],
  "a NUL in a comment": ["{ a = { }; # \0\n b = { }; }", ["a", "b"]],
  "a NUL in a string": ['{\n  a = {\n    x = "\0";\n  };\n  b = { };\n}\n', ["a", "b"]],
  "lone surrogates in strings and comments": [
    '{ a = "\udc00"; b = { x = "\ud83d"; }; # \ud83d\n c = { }; }',
    ["b", "c"],
  ],
  "names of lone surrogates": ['{ "\ud83d" = { }; "\udc00\ud83d" = { }; }', ["\ud83d", "\udc00\ud83d"]],
  "carriage returns alone": ["{\r  a = { };\r  b = { };\r}\r", ["a", "b"]],
};

for (const [name, [text, machines]] of Object.entries(oddities))
  test(`${name}: the machines are listed, and the features answer`, () => {
    const network = askAll(text, { near: Array.from({ length: text.length + 1 }, (_, offset) => offset) });
    assert.deepEqual(
      network.machines.map(machine => machine.name),
      machines,
    );
  });

const megabytes = (count: number, piece: string) => piece.repeat((count * 1024 * 1024) / Buffer.byteLength(piece));
/** A number of machines with a number of bytes each. */
const machinesOf = (count: number, bytes: number, between: string) =>
  Array.from(
    { length: count },
    (_, i) => `m${i} = { nixpkgs.system = "x86_64-linux"; x = ''${"é".repeat(bytes / 2)}''; };`,
  ).join(between);

/** Texts of 5 MB -> how many machines they have. */
const large: Readonly<Record<string, readonly [text: () => string, machines: number]>> = {
  "a string": [() => `{ a = { x = "${megabytes(5, "é")}"; }; b = { }; }`, 2],
  "an unclosed string": [() => `{\n  a = { };\n  b = { x = "${megabytes(5, "x")}`, 2],
  "the name of a system": [() => `{ a = { nixpkgs.system = "${megabytes(5, "x")}"; }; b = { }; }`, 2],
  "the name of a machine": [() => `{ "${megabytes(5, "x")}" = { }; b = { }; }`, 2],
  "a comment": [() => `{ a = { }; /* ${megabytes(5, "x ")} */ b = { }; }`, 2],
  spaces: [() => `{ a = { };${megabytes(5, " ")}b = { }; }`, 2],
  lines: [() => `{ a = { };${megabytes(5, "\n")}b = { }; }`, 2],
  "one line": [() => `{ ${machinesOf(50, 100_000, " ")} }`, 50],
  "machines of thousands of characters": [() => `{\n  ${machinesOf(50, 100_000, "\n  ")}\n}\n`, 50],
};

for (const [name, [text, machines]] of Object.entries(large))
  test(`5 MB, ${name}: the machines are listed, and the features answer`, () => {
    const whole = text();
    const network = askAll(whole, { near: [5, whole.length >> 1, whole.length] });
    assert.equal(network.machines.length, machines);
  });

/** Text after thousands of machines -> the number of machines. */
const thousands: Readonly<Record<string, readonly [between: string, end: string, machines: number]>> = {
  "in one line": [" ", "}", 2500],
  "one below the other": ["\n  ", "\n}\n", 2500],
  "the last of them broken": ["\n  ", "\n  last = { x.", 2501],
};

for (const [name, [between, end, machines]] of Object.entries(thousands))
  test(`5 MB with thousands of machines, ${name}: they are listed, and the features answer`, () => {
    const whole = `{${between}${machinesOf(2500, 2000, between)}${end}`;
    const network = askAll(whole, { near: [5, whole.length >> 1, whole.length] });
    assert.equal(network.machines.length, machines);
  });
