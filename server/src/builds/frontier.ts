import type { PlannedDerivation } from "../nix/derivationGraph.ts";
import type { FollowedDerivation } from "./eventState.ts";

/**
 * What a build that did not come to its end has built and its retry needs: the derivations whose outputs one that is still to be
 * built asks for. What only these needed is not needed any more.
 *
 * @param graph what was to be built.
 */
export function frontier(
  graph: readonly PlannedDerivation[],
  derivations: ReadonlyMap<string, Pick<FollowedDerivation, "state">>,
): string[] {
  const isBuilt = graph.map(({ drvPath }) => derivations.get(drvPath)?.state === "built");
  const needed = new Set(graph.flatMap(({ dependencies }, index) => (isBuilt[index] === true ? [] : dependencies)));
  return graph.flatMap(({ drvPath }, index) => (isBuilt[index] === true && needed.has(index) ? [drvPath] : []));
}
