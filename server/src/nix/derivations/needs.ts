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

/** What Nix's scheduler knows of a derivation. */
export type SchedulerNeed = Need & Pick<PlannedDerivation, "prefersLocal">;

/** The distinct derivations of a plan, as far as Nix's scheduler distinguishes them, with their paths. */
export function jobsOf(
  graph: readonly PlannedDerivation[],
): { readonly job: SchedulerNeed; readonly drvPaths: string[] }[] {
  const jobs = new Map<string, { readonly job: SchedulerNeed; readonly drvPaths: string[] }>();
  for (const derivation of graph) {
    const need = needOf(derivation);
    if (need === undefined) continue;
    const job = { ...need, prefersLocal: derivation.prefersLocal };
    const key = JSON.stringify([job.system, job.features.toSorted(), job.prefersLocal ?? false]);
    const known = jobs.get(key);
    if (known === undefined) jobs.set(key, { job, drvPaths: [derivation.drvPath] });
    else known.drvPaths.push(derivation.drvPath);
  }
  return [...jobs.values()];
}
