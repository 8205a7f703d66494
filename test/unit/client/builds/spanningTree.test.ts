import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { spanningTree } from "../../../../client/src/builds/arrangement/spanningTree.ts";

const everyone = () => true;

/** Index -> index of its parent. */
const parents = (
  targets: readonly (readonly number[] | undefined)[],
  isMember: (place: number) => boolean = everyone,
) => Object.fromEntries(spanningTree(targets, isMember).parents);

const sizes = (targets: readonly (readonly number[] | undefined)[]) =>
  Object.fromEntries(spanningTree(targets, everyone).sizes);

describe("a spanning tree", () => {
  it("has each node below one that points at it", () => {
    assert.deepEqual(parents([[1, 2], [3], undefined, []]), { 1: 0, 2: 0, 3: 1 });
    assert.deepEqual(sizes([[1, 2], [3], undefined, []]), { 0: 3, 1: 1 });
  });

  it("prefers the parent nearest to a root, then the first", () => {
    // 0 -> 1 -> 2 -> 3, 0 -> 3
    assert.deepEqual(parents([[1, 3], [2], [3], []]), { 1: 0, 2: 1, 3: 0 });
    // 0 and 1 are roots and point at 2.
    assert.deepEqual(parents([[2], [2], []]), { 2: 0 });
  });

  it("makes the first node of an unreachable cycle a root", () => {
    assert.deepEqual(parents([[1], [2], [0], [3]]), { 1: 0, 2: 1 });
  });

  it("ignores nodes that are not members", () => {
    assert.deepEqual(
      parents([[1, 2], [3], [3], []], place => place !== 1),
      { 2: 0, 3: 2 },
    );
  });

  it("ignores invalid indexes", () => {
    assert.deepEqual(parents([[7, -1, 0.5, Number.NaN, 1], []]), { 1: 0 });
  });

  it("handles a chain of 100,000 nodes, and a node with 100,000 children", () => {
    const count = 100_000;
    const chain = Array.from({ length: count }, (_, place) => [place + 1]);
    assert.equal(spanningTree(chain, everyone).sizes.get(0), count - 1);
    const row = Array.from({ length: count }, (_, place) => place + 1);
    const wide = [row, ...row.map(() => [])];
    assert.equal(spanningTree(wide, everyone).sizes.get(0), count);
  });
});

describe("the spanning tree of any graph, even with cycles and invalid indexes", () => {
  const place = fc.oneof({ weight: 8, arbitrary: fc.nat(12) }, fc.constantFrom(-1, 0.5, Number.NaN, 99));
  const targets = fc.array(fc.option(fc.array(place, { maxLength: 5 }), { nil: undefined }), { maxLength: 12 });
  const graph = fc.tuple(targets, fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }));

  it("contains each member exactly once, and nothing else", () => {
    fc.assert(
      fc.property(graph, ([nodes, flags]) => {
        const isMember = (at: number) => flags[at] === true;
        const tree = spanningTree(nodes, isMember);
        const members = [...nodes.keys()].filter(isMember);
        for (const [child, parent] of tree.parents) {
          assert.ok(members.includes(child) && members.includes(parent));
          assert.ok(nodes[parent]?.includes(child));
        }
        // From each member, the path upwards ends: with one parent each, that makes it a tree.
        for (const member of members) {
          const way = [member];
          for (let up = tree.parents.get(member); up !== undefined; up = tree.parents.get(up)) way.push(up);
          assert.ok(way.length <= members.length);
        }
        const roots = members.filter(member => !tree.parents.has(member));
        const counted = roots.reduce((sum, root) => sum + 1 + (tree.sizes.get(root) ?? 0), 0);
        assert.equal(counted, members.length);
      }),
      { numRuns: 2000 },
    );
  });

  it("does not move a node when one that it does not depend on is gone", () => {
    const downwards = fc.array(fc.array(fc.nat(11), { maxLength: 4 }), { maxLength: 12 });
    fc.assert(
      fc.property(downwards, fc.nat(11), (lists, leaving) => {
        // Only to greater indexes: no cycles.
        const nodes = lists.map((list, from) => list.filter(to => to > from && to < lists.length));
        const needs = (from: number): number[] => [from, ...(nodes[from] ?? []).flatMap(needs)];
        const gone = new Set(needs(leaving));
        const before = spanningTree(nodes, everyone).parents;
        const after = spanningTree(nodes, member => !gone.has(member)).parents;
        for (const member of nodes.keys()) if (!gone.has(member)) assert.equal(after.get(member), before.get(member));
      }),
    );
  });
});
