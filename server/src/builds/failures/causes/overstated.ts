import { refusedFeatures, refusedSystem } from "../../../builders/proofs/refused.ts";
import { matches } from "../../../builders/schedule.ts";
import type { Need } from "../../../nix/derivations/needs.ts";
import type { Builder, Problem } from "../../../protocol.ts";

/**
 * A builder's own Nix refused what its line here says that it builds. Problem: `builder-refused`.
 *
 * @param ownFeatures those that the builder's Nix says it has.
 */
export function overstated(need: Need, ownFeatures: readonly string[], builder: Builder): Problem | undefined {
  // What it refused before counts as well: its line still says so.
  if (builder.kind === "local" || !builder.offers.some(offer => matches(offer, need))) return undefined;
  const missing = need.features.filter(feature => !ownFeatures.includes(feature));
  const { name } = builder;
  return missing.length === 0 ? refusedSystem(name, need.system) : refusedFeatures(name, need.system, missing);
}
