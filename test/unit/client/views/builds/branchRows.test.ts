import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Arrangements } from "../../../../../client/src/builds/arrangement/arrangements.ts";
import type { Row, RowContext } from "../../../../../client/src/views/builds/row/row.ts";
import { branchRows } from "../../../../../client/src/views/builds/rows/branch.ts";
import { buildRow } from "../../../../../client/src/views/builds/rows/build.ts";
import { derivationRow } from "../../../../../client/src/views/builds/rows/derivation.ts";
import { type GroupRow, groupRow } from "../../../../../client/src/views/builds/rows/group.ts";
import { KeptRows } from "../../../../../client/src/views/keptRows.ts";
import type { DerivationState } from "../../../../../server/src/protocol.ts";
import { aBuild, aContext, aDerivation } from "../../samples.ts";

/** The context of the rows for these derivations of a build. */
function contextOf(derivations: readonly DerivationState[], kept = new KeptRows()): RowContext {
  const arrangements = new Arrangements();
  arrangements.renew("b1", derivations);
  return aContext({ arrangements, kept });
}

/** The group of pending derivations. */
function groupIn({ kept }: RowContext): GroupRow {
  return kept.keep(groupRow(kept.keep(buildRow(aBuild())), "waiting"));
}

/** A tree of 1 + 60 + 60 derivations. */
const forest = [
  aDerivation("system", { dependencies: Array.from({ length: 60 }, (_, index) => index + 1) }),
  ...Array.from({ length: 60 }, (_, index) => aDerivation(`p${index}`, { dependencies: [index + 61] })),
  ...Array.from({ length: 60 }, (_, index) => aDerivation(`q${index}`)),
];

function only(rows: ReturnType<typeof branchRows>) {
  const [row] = rows;
  assert.ok(row?.kind === "derivation");
  return row;
}

describe("rows of derivations", () => {
  it("are below each other, each with a chain of parents up to its build", () => {
    const context = contextOf(forest);
    const system = only(branchRows(groupIn(context), context));
    const p0 = only(branchRows(system, context));
    const q0 = only(branchRows(p0, context));
    assert.deepEqual([system.name, p0.name, q0.name], ["system", "p0", "q0"]);
    const way: string[] = [];
    for (let up: Row | undefined = q0; up !== undefined; up = up.parent) way.push(up.kind);
    assert.deepEqual(way, ["derivation", "derivation", "derivation", "group", "build"]);
    assert.deepEqual(branchRows(q0, context), []);
  });

  it("stay the same objects while states change, and keep their keys when they move", () => {
    const kept = new KeptRows();
    const before = contextOf(forest, kept);
    const system = only(branchRows(groupIn(before), before));
    const p0 = only(branchRows(system, before));
    const changed = forest.map(state => (state.name === "q0" ? { ...state, state: "built" as const } : state));
    const after = contextOf(changed, kept);
    assert.equal(only(branchRows(groupIn(after), after)), system);
    assert.equal(only(branchRows(system, after)), p0);
    const moved = kept.keep(derivationRow(buildRow(aBuild()), aDerivation("p0")));
    assert.notEqual(moved, p0);
    assert.equal(moved.key, p0.key);
  });

  it("are paged, with the rest below one more row", () => {
    const context = contextOf(Array.from({ length: 450 }, (_, index) => aDerivation(`p${index}`)));
    const sizes: number[] = [];
    const seen = new Set<string>();
    let rows = branchRows(groupIn(context), context);
    for (;;) {
      sizes.push(rows.length);
      for (const { key } of rows) seen.add(key);
      const last = rows.at(-1);
      if (last?.kind !== "more") break;
      rows = branchRows(last, context);
    }
    assert.deepEqual(sizes, [201, 201, 50]);
    assert.equal(seen.size, 452);
  });

  it("are created again after the build was collapsed", () => {
    const context = contextOf(forest);
    const group = groupIn(context);
    const system = only(branchRows(group, context));
    context.kept.drop("b1");
    assert.notEqual(only(branchRows(group, context)), system);
  });
});

describe("the row of a build", () => {
  it("is the same object every time, until the build is gone", () => {
    const kept = new KeptRows();
    const row = kept.keep(buildRow(aBuild()));
    assert.equal(kept.keep(buildRow(aBuild({ revision: 2 }))), row);
    kept.keepOnly(new Set(["b1"]));
    assert.equal(kept.keep(buildRow(aBuild())), row);
    kept.keepOnly(new Set());
    assert.notEqual(kept.keep(buildRow(aBuild())), row);
  });
});
