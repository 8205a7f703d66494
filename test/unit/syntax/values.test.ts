import assert from "node:assert/strict";
import { test } from "node:test";
import { literalSets } from "../../../server/src/syntax/values.ts";
import { cpuTime } from "../../support/cpuTime.ts";
import { nixDocument } from "../../support/nixDocument.ts";

interface Case {
  readonly text: string;
  readonly sets: readonly string[];
  readonly complete?: boolean;
}

/** text -> the literal sets in it. */
const cases: Record<string, Case> = {
  "a set": { text: "{ a = 1; }", sets: ["{ a = 1; }"] },
  "all wrappers": {
    text: "{ x, ... }: let y = 1; in with x; assert true; ((rec { a = 1; }))",
    sets: ["rec { a = 1; }"],
  },
  "sets that are merged, in order": {
    text: "{ a = 1; } // { b = 2; } // { }",
    sets: ["{ a = 1; }", "{ b = 2; }", "{ }"],
  },
  "a name that a let binds": { text: "let a = { b = 1; }; in a", sets: ["{ b = 1; }"] },
  "a name that two lets bind, of which the nearer wins": {
    text: "let a = { b = 1; }; in let a = { c = 1; }; in a",
    sets: ["{ c = 1; }"],
  },
  "a name that is an argument": { text: "let a = { b = 1; }; in a: a", sets: [], complete: false },
  "a name of an argument's set": { text: "let a = { b = 1; }; in { a, ... }: a", sets: [], complete: false },
  "an unbound name": { text: "a", sets: [], complete: false },
  "a computed part": { text: "{ a = 1; } // f x", sets: ["{ a = 1; }"], complete: false },
  "another operator": { text: "{ a = 1; } ++ { }", sets: [], complete: false },
  "a name that is itself": { text: "let a = a; in a", sets: [], complete: false },
  "names that are each other": { text: "let a = b; b = a; in a", sets: [], complete: false },
  nothing: { text: "", sets: [], complete: false },
};

for (const [name, { text, sets, complete = true }] of Object.entries(cases)) {
  test(`literal sets: ${name}`, () => {
    const found = literalSets(nixDocument(text).root);
    assert.deepEqual(
      found.sets.map(set => set.text),
      sets,
    );
    assert.equal(found.complete, complete);
  });
}

/** Texts with infinitely or very many sets. */
const endless: Record<string, string> = {
  "a name that is itself twice": "let a = a // a; in a",
  "names that are each other twice": "let a = b // b; b = a // { x = 1; } // a; in a",
  "names that double": `let a0 = { }; ${Array.from({ length: 60 }, (_, i) => `a${i + 1} = a${i} // a${i};`).join(" ")} in a60`,
};

for (const [name, text] of Object.entries(endless)) {
  test(`literal sets come to an end: ${name}`, () => {
    const started = cpuTime();
    assert.equal(literalSets(nixDocument(text).root).complete, false);
    assert.ok(cpuTime() - started < 2000);
  });
}
