import type { PlannedDerivation } from "./graph.ts";

/** What a derivation asks of whoever builds it. */
export interface Need {
  readonly system: string;
  /** Its `requiredSystemFeatures`. */
  readonly features: readonly string[];
}

/** Nix builds these by itself, whatever its system. */
const builtin = "builtin";

/** What a derivation asks of a builder; undefined: Nix needs none for it, or it could not be read. */
export function needOf({ system, requiredFeatures }: PlannedDerivation): Need | undefined {
  return system === "" || system === builtin ? undefined : { system, features: requiredFeatures };
}

/** What the derivations of a plan ask of builders, each once. */
export function needsOf(graph: readonly PlannedDerivation[]): Need[] {
  const needs = new Map<string, Need>();
  for (const derivation of graph) {
    const need = needOf(derivation);
    if (need !== undefined) needs.set(`${need.system} ${need.features.toSorted().join(" ")}`, need);
  }
  return [...needs.values()];
}
