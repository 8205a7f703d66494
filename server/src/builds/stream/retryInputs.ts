import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import type { FollowedDerivation } from "./eventState.ts";

/** The states of derivations whose outputs are in the store and would otherwise have to be rebuilt. */
const built: ReadonlySet<FollowedDerivation["state"] | undefined> = new Set(["built", "built-by-another"]);

/**
 * What an unfinished build has built and a retry needs: the derivations on which one that is still to be built directly depends.
 * Inputs that only these needed are no longer required.
 *
 * @param graph the derivations to build.
 */
export function retryInputs(
  graph: readonly PlannedDerivation[],
  derivations: ReadonlyMap<string, Pick<FollowedDerivation, "state">>,
): string[] {
  const isBuilt = graph.map(({ drvPath }) => built.has(derivations.get(drvPath)?.state));
  const needed = new Set(graph.flatMap(({ dependencies }, index) => (isBuilt[index] === true ? [] : dependencies)));
  return graph.flatMap(({ drvPath }, index) => (isBuilt[index] === true && needed.has(index) ? [drvPath] : []));
}
