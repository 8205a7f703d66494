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
 * to itself, to a non-member or out of range are ignored. It runs for every change of a build, so it allocates little.
 *
 * @param targets the edges of each node, by its index.
 */
export function spanningTree(
  targets: readonly (readonly number[] | undefined)[],
  isMember: (place: number) => boolean,
): SpanningTree {
  const isIn = Uint8Array.from(targets, (_, place) => Number(isMember(place)));
  const isPointedAt = new Uint8Array(targets.length);
  const isWalked = new Uint8Array(targets.length);
  const parents = new Map<number, number>();
  for (const [from, edges] of targets.entries())
    if (isIn[from] === 1 && edges !== undefined)
      for (const to of edges) if (to !== from && isIn[to] === 1) isPointedAt[to] = 1;

  const walk = (roots: readonly number[]): void => {
    const queue = [...roots];
    for (const root of roots) isWalked[root] = 1;
    for (const from of queue)
      for (const to of targets[from] ?? []) {
        if (isIn[to] !== 1 || isWalked[to] === 1) continue;
        isWalked[to] = 1;
        parents.set(to, from);
        queue.push(to);
      }
  };

  walk([...targets.keys()].filter(place => isIn[place] === 1 && isPointedAt[place] === 0));
  for (const place of targets.keys()) if (isIn[place] === 1 && isWalked[place] === 0) walk([place]);
  return { parents, sizes: sizesOf([...parents]) };
}

/** `parents`: each node after its parent. */
function sizesOf(parents: readonly (readonly [place: number, parent: number])[]): ReadonlyMap<number, number> {
  const sizes = new Map<number, number>();
  for (const [place, parent] of parents.toReversed())
    sizes.set(parent, (sizes.get(parent) ?? 0) + 1 + (sizes.get(place) ?? 0));
  return sizes;
}
