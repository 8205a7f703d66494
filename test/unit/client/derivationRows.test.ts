import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { type Arrangement, arrange } from "../../../client/src/builds/arrangement.ts";
import type { BuildsNode } from "../../../client/src/views/builds/buildNodes.ts";
import { branchRows } from "../../../client/src/views/builds/buildRows.ts";
import { NodeCache } from "../../../client/src/views/builds/nodeCache.ts";
import { aBuild, aDerivation } from "./samples.ts";

/** The rows below the group of what is to come, as they are after each of these. */
function groupOf(cache: NodeCache, arrangement: Arrangement): BuildsNode[] {
  return branchRows(cache.group(cache.build(aBuild()), "waiting"), arrangement, cache);
}

/** A tree of 1 + 60 + 60 derivations. */
const forest = [
  aDerivation("system", { dependencies: Array.from({ length: 60 }, (_, index) => index + 1) }),
  ...Array.from({ length: 60 }, (_, index) => aDerivation(`p${index}`, { dependencies: [index + 61] })),
  ...Array.from({ length: 60 }, (_, index) => aDerivation(`q${index}`)),
];

function only(rows: readonly BuildsNode[]) {
  const [node] = rows;
  assert.ok(node?.kind === "derivation");
  return node;
}

describe("rows of derivations", () => {
  it("are below each other, each with the way up to its build", () => {
    const cache = new NodeCache();
    const arrangement = arrange(forest);
    const system = only(groupOf(cache, arrangement));
    const p0 = only(branchRows(system, arrangement, cache));
    const q0 = only(branchRows(p0, arrangement, cache));
    assert.deepEqual([system.name, p0.name, q0.name], ["system", "p0", "q0"]);
    const way: string[] = [];
    for (let up: BuildsNode | undefined = q0; up !== undefined; up = up.parent) way.push(up.kind);
    assert.deepEqual(way, ["derivation", "derivation", "derivation", "group", "build"]);
    assert.deepEqual(branchRows(q0, arrangement, cache), []);
  });

  it("stay the same objects while states change, and keep their keys when they move", () => {
    const cache = new NodeCache();
    const before = arrange(forest);
    const system = only(groupOf(cache, before));
    const p0 = only(branchRows(system, before, cache));
    const changed = forest.map(state => (state.name === "q0" ? { ...state, state: "built" as const } : state));
    const after = arrange(changed);
    assert.equal(only(groupOf(cache, after)), system);
    assert.equal(only(branchRows(system, after, cache)), p0);
    const moved = cache.derivation(cache.build(aBuild()), aDerivation("p0"));
    assert.notEqual(moved, p0);
    assert.equal(moved.key, p0.key);
  });

  it("come so many at a time, the rest below one row more", () => {
    const cache = new NodeCache();
    const arrangement = arrange(Array.from({ length: 450 }, (_, index) => aDerivation(`p${index}`)));
    const sizes: number[] = [];
    const seen = new Set<string>();
    let rows = groupOf(cache, arrangement);
    for (;;) {
      sizes.push(rows.length);
      for (const { key } of rows) seen.add(key);
      const last = rows.at(-1);
      if (last?.kind !== "more") break;
      rows = branchRows(last, arrangement, cache);
    }
    assert.deepEqual(sizes, [201, 201, 50]);
    assert.equal(seen.size, 452);
  });

  it("are made anew when nobody has looked at them for a while", () => {
    const cache = new NodeCache();
    const arrangement = arrange(forest);
    const system = only(groupOf(cache, arrangement));
    cache.dropRows("b1");
    assert.notEqual(only(groupOf(cache, arrangement)), system);
    cache.keepOnly(new Set());
    assert.equal(cache.knownBuild("b1"), undefined);
  });
});
