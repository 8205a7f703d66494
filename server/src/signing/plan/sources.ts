import type { PlanSources, RefusedPaths } from "../../protocol.ts";
import type { SignedPlan } from "./walk.ts";

/**
 * Counts where the parts of a result come from.
 *
 * @param output what fetching only the output path would do; its first path is the output itself.
 */
export function planSources({ build, fetch, refused, unknown }: SignedPlan, output?: SignedPlan): PlanSources {
  const [result] = output?.fetch ?? [];
  return {
    build: build.length,
    fetch: grouped(fetch, ({ cache, key }) => JSON.stringify([cache, key])).map(([first, paths]) => {
      return { cache: first.cache, ...(first.key !== undefined && { key: first.key }), paths };
    }),
    refused: grouped(refused, ({ cache, status, key }) => JSON.stringify([cache, status, key])).map(
      ([{ path: example, cache, status, key }, paths]): RefusedPaths => {
        return { cache, status, ...(key !== undefined && { key }), paths, example };
      },
    ),
    unknown: unknown.length,
    ...(result !== undefined && {
      output: { cache: result.cache, ...(result.key !== undefined && { key: result.key }) },
    }),
  };
}

/** The first item of each group with the size of the group, the largest first. */
function grouped<T>(items: readonly T[], keyOf: (item: T) => string): readonly (readonly [T, number])[] {
  const groups = new Map<string, [T, number]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item, 1]);
    else group[1]++;
  }
  return [...groups.values()].toSorted(([, a], [, b]) => b - a);
}
