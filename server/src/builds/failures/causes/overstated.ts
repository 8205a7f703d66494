import { refusedFeatures, refusedSystem } from "../../../builders/proofs/refused.ts";
import { matches } from "../../../builders/schedule.ts";
import type { Need } from "../../../nix/derivations/needs.ts";
import type { Builder, BuilderId, Problem } from "../../../protocol.ts";

/** What a builder's own Nix refused. */
export interface Refusal {
  readonly builder: BuilderId;
  readonly system: string;
  /** The features that it does not have; empty: it does not build the system at all. */
  readonly features: readonly string[];
  readonly problem: Problem;
}

/**
 * A builder's own Nix refused what its line here says that it builds. Problem: `builder-refused`.
 *
 * @param ownFeatures those that the builder's Nix says it has.
 */
export function overstated(need: Need, ownFeatures: readonly string[], builder: Builder): Refusal | undefined {
  // What it refused before counts as well: its line still says so.
  if (builder.kind === "local" || !builder.offers.some(offer => matches(offer, need))) return undefined;
  const missing = need.features.filter(feature => !ownFeatures.includes(feature));
  const { id, name } = builder;
  const { system } = need;
  const problem = missing.length === 0 ? refusedSystem(name, system) : refusedFeatures(name, system, missing);
  return { builder: id, system, features: missing, problem };
}
