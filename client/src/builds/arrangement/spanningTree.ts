/** A spanning forest of the members of a graph. */
export interface SpanningTree {
  /** Member -> its parent; a root has none. */
  readonly parents: ReadonlyMap<number, number>;
  /** Member -> number of its descendants, if it has any. */
  readonly sizes: ReadonlyMap<number, number>;
}

/**
 * Makes each member a child of one that points at it: the one nearest to a root, the first of several. A breadth-first walk from
 * the members that no other member points at; of a cycle that is not reachable, the first member is a root. Never throws: edges
 * to itself, to a non-member or out of range are ignored.
 *
 * @param targets the edges of each node, by its index.
 */
export function spanningTree(
  targets: readonly (readonly number[] | undefined)[],
  isMember: (place: number) => boolean,
): SpanningTree {
  const members = new Set([...targets.keys()].filter(isMember));
  const edges = (from: number) => (targets[from] ?? []).filter(to => to !== from && members.has(to));
  const pointedAt = new Set([...members].flatMap(edges));
  const parents = new Map<number, number>();
  const walked = new Set<number>();

  const walk = (roots: readonly number[]): void => {
    const queue = [...roots];
    for (const root of roots) walked.add(root);
    for (const from of queue) {
      for (const to of edges(from)) {
        if (walked.has(to)) continue;
        walked.add(to);
        parents.set(to, from);
        queue.push(to);
      }
    }
  };

  walk([...members].filter(place => !pointedAt.has(place)));
  for (const place of members) if (!walked.has(place)) walk([place]);
  return { parents, sizes: sizesOf([...parents]) };
}

/** `parents`: each node after its parent. */
function sizesOf(parents: readonly (readonly [place: number, parent: number])[]): ReadonlyMap<number, number> {
  const sizes = new Map<number, number>();
  for (const [place, parent] of parents.toReversed())
    sizes.set(parent, (sizes.get(parent) ?? 0) + 1 + (sizes.get(place) ?? 0));
  return sizes;
}
