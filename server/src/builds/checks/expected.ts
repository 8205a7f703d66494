import { buildersAt } from "../../builders/choice.ts";
import { askedInOrder } from "../../builders/schedule.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import { jobsOf } from "../../nix/derivations/needs.ts";
import type { Builder, BuilderId, Place } from "../../protocol.ts";

/**
 * A plan with the builder that each derivation is expected on: the first that Nix asks while all are idle, as lens and hover say. It
 * is recorded, because builders change later.
 */
export function withExpected(
  graph: readonly PlannedDerivation[],
  builders: readonly Builder[],
  place: Place,
): readonly PlannedDerivation[] {
  if (place.kind === "store") return graph;
  const allowed = buildersAt(place, builders);
  const expected = new Map<string, BuilderId>();
  for (const { job, drvPaths } of jobsOf(graph)) {
    const first = askedInOrder(job, allowed)[0]?.id;
    if (first !== undefined) for (const drvPath of drvPaths) expected.set(drvPath, first);
  }
  return graph.map(derivation => {
    const on = expected.get(derivation.drvPath);
    return on === undefined ? derivation : { ...derivation, expectedOn: on };
  });
}
