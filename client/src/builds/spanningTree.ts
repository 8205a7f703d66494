/** The members of a graph as a tree, or several: each is below one at most. */
export interface SpanningTree {
  /** Member -> the one that it is below; a root has none. */
  readonly parents: ReadonlyMap<number, number>;
  /** How many members are below one, at whatever depth, for those that have some. */
  readonly sizes: ReadonlyMap<number, number>;
}

/**
 * Puts each member below one that points at it: the nearest to a root, the first of several. A breadth-first walk from those that
 * no other member points at; where a circle cannot be reached, its first member is a root. Never throws: what points at nothing,
 * at itself or at no member does not count.
 *
 * @param targets by its place, where each node points.
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

/** `parents`: each node after the one that it is below. */
function sizesOf(parents: readonly (readonly [place: number, parent: number])[]): ReadonlyMap<number, number> {
  const sizes = new Map<number, number>();
  for (const [place, parent] of parents.toReversed())
    sizes.set(parent, (sizes.get(parent) ?? 0) + 1 + (sizes.get(place) ?? 0));
  return sizes;
}
