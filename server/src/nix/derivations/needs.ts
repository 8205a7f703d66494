import type { PlannedDerivation } from "./graph.ts";

/** What a derivation requires of its builder. */
export interface Need {
  readonly system: string;
  /** Its `requiredSystemFeatures`. */
  readonly features: readonly string[];
}

/** Nix builds these itself, on any system. */
const builtin = "builtin";

/** What a derivation requires of a builder; undefined if it needs none, or could not be read. */
export function needOf({ system, requiredFeatures }: PlannedDerivation): Need | undefined {
  return system === "" || system === builtin ? undefined : { system, features: requiredFeatures };
}

/** The distinct requirements of a plan's derivations. */
export function needsOf(graph: readonly PlannedDerivation[]): Need[] {
  const needs = new Map<string, Need>();
  for (const derivation of graph) {
    const need = needOf(derivation);
    if (need !== undefined) needs.set(`${need.system} ${need.features.toSorted().join(" ")}`, need);
  }
  return [...needs.values()];
}
