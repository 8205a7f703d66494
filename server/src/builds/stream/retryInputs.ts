import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import type { FollowedDerivation } from "./eventState.ts";

/** The states of what is in the store and would have to be built again. */
const built: ReadonlySet<FollowedDerivation["state"] | undefined> = new Set(["built", "built-by-another"]);

/**
 * What a build that did not come to its end has built and its retry needs: the derivations whose outputs one that is still to be
 * built asks for. What only these needed is not needed any more.
 *
 * @param graph what was to be built.
 */
export function retryInputs(
  graph: readonly PlannedDerivation[],
  derivations: ReadonlyMap<string, Pick<FollowedDerivation, "state">>,
): string[] {
  const isBuilt = graph.map(({ drvPath }) => built.has(derivations.get(drvPath)?.state));
  const needed = new Set(graph.flatMap(({ dependencies }, index) => (isBuilt[index] === true ? [] : dependencies)));
  return graph.flatMap(({ drvPath }, index) => (isBuilt[index] === true && needed.has(index) ? [drvPath] : []));
}
