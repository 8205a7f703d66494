import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { foldsOf, type LogSymbol, outlineOf } from "../../../../client/src/logs/outline.ts";

/** A symbol as `name start-end`, with what is in it after it. */
function text({ name, start, end, children }: LogSymbol): string {
  const inner = children.length === 0 ? "" : ` (${children.map(text).join(", ")})`;
  return `${name} ${start}-${end}${inner}`;
}

interface Case {
  readonly what: string;
  readonly lines: readonly string[];
  readonly outline: readonly string[];
  /** `start-end`. */
  readonly folds: readonly string[];
}

const heading = (name: string) => `Running phase: ${name}`;

const cases: readonly Case[] = [
  { what: "an empty log", lines: [""], outline: [], folds: [] },
  { what: "a log without phases", lines: ["a", "b", ""], outline: [], folds: [] },
  {
    what: "a derivation's log",
    lines: ["before", heading("unpackPhase"), "a", "b", heading("buildPhase"), "c", ""],
    outline: ["unpackPhase 1-3", "buildPhase 4-5"],
    folds: ["1-3", "4-5"],
  },
  {
    what: "a log that does not end with a line end",
    lines: [heading("buildPhase"), "a", "b"],
    outline: ["buildPhase 0-2"],
    folds: ["0-2"],
  },
  {
    what: "phases that printed nothing",
    lines: [heading("a"), heading("b"), ""],
    outline: ["a 0-0", "b 1-1"],
    folds: [],
  },
  {
    what: "empty lines inside of a phase",
    lines: [heading("a"), "", "x", "", heading("b"), ""],
    outline: ["a 0-3", "b 4-4"],
    folds: ["0-3"],
  },
  {
    what: "a line that speaks of a phase",
    lines: [`echo ${heading("a")}`, "x", ""],
    outline: [],
    folds: [],
  },
  {
    what: "a derivation's log with a line that looks like a name",
    lines: [heading("a"), "sh> x", "y", ""],
    outline: ["a 0-2"],
    folds: ["0-2"],
  },
  {
    what: "a whole log, one derivation after the other",
    lines: [
      "building 'x'",
      `x> ${heading("a")}`,
      "x> 1",
      `x> ${heading("b")}`,
      "x> 2",
      `y> ${heading("a")}`,
      "y> 1",
      "",
    ],
    outline: ["x 1-4 (a 1-2, b 3-4)", "y 5-6 (a 5-6)"],
    folds: ["1-2", "3-4", "5-6"],
  },
  {
    what: "a whole log with two derivations at once",
    lines: [`x> ${heading("a")}`, "x> 1", `y> ${heading("a")}`, "x> 2", "y> 1", "y> 2", "x> 3", "error: no", ""],
    outline: ["x 0-6 (a 0-6)", "y 2-5 (a 2-5)"],
    folds: ["0-1"],
  },
  {
    what: "derivations of a whole log without phases",
    lines: ["etc> 1", `x> ${heading("a")}`, "etc> 2", "x> 1", ""],
    outline: ["x 1-3 (a 1-3)"],
    folds: [],
  },
];

describe("the outline of a log", () => {
  for (const { what, lines, outline } of cases) it(what, () => assert.deepEqual(outlineOf(lines).map(text), outline));
});

describe("the foldable ranges of a log", () => {
  for (const { what, lines, folds } of cases)
    it(what, () => {
      assert.deepEqual(
        foldsOf(lines).map(({ start, end }) => `${start}-${end}`),
        folds,
      );
    });
});

describe("the phases of a log that can be folded", () => {
  it("extend from each heading to the next", () => {
    const lines = ["Running phase: unpackPhase", "a", "b", "Running phase: buildPhase", "c", ""];
    assert.deepEqual(foldsOf(lines), [
      { start: 0, end: 2 },
      { start: 3, end: 4 },
    ]);
  });

  it("without output cannot be folded", () => {
    assert.deepEqual(foldsOf(["Running phase: a", "Running phase: b", ""]), []);
  });

  it("are not in other logs", () => assert.deepEqual(foldsOf(["a", "linux> Running phase: x"]), []));
});
