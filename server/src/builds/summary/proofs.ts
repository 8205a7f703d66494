import { modeOn } from "../../builders/capability.ts";
import type { Proof } from "../../builders/proofs/proofs.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import { needOf } from "../../nix/derivations/needs.ts";
import { type Builder, type BuilderId, localBuilder, type Place } from "../../protocol.ts";
import { refusalIn } from "../failures/causes/noBuilder.ts";
import type { FailedBuild } from "../failures/evidence/failed.ts";
import type { EventState } from "../stream/eventState.ts";

/** What the derivations that were built show about the builders that built them: one proof for each system and feature. */
export function proofsOfBuilt(
  graph: readonly PlannedDerivation[],
  { derivations }: Pick<EventState, "derivations">,
  place: Place,
  builders: readonly Builder[],
): Proof[] {
  return graph.flatMap(planned => {
    const need = needOf(planned);
    const derivation = derivations.get(planned.drvPath);
    if (need === undefined || derivation?.state !== "built" || derivation.stoppedAt === undefined) return [];
    const builder = derivation.builder ?? ownBuilder(place);
    // Settings and kernel say how this machine builds; only what they rule out is news.
    if (builder === localBuilder && modeOn(undefined, need.system, builders) !== "impossible") return [];
    const at = new Date(derivation.stoppedAt).toISOString();
    const proof = { builder, system: need.system, at, by: "build", outcome: { kind: "built" } } as const;
    return [proof, ...need.features.map(feature => ({ ...proof, feature }))];
  });
}

/** The builder of derivations for which Nix names none. */
function ownBuilder(place: Place): BuilderId {
  return place.kind === "store" ? place.store : localBuilder;
}

/** What a failed build shows about a builder that refused what its line claims. */
export function proofsOfRefusal(failed: FailedBuild): Proof[] {
  const refusal = refusalIn(failed);
  if (refusal === undefined) return [];
  const { builder, system, features, problem } = refusal;
  const proof = { builder, system, at: failed.result.at, by: "build", outcome: { kind: "refused", problem } } as const;
  return features.length === 0 ? [proof] : features.map(feature => ({ ...proof, feature }));
}
