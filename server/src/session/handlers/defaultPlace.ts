import type { Place } from "../../protocol.ts";

/** Setting `morph.places`: machine or system -> `schedule`, `local`, the id of a builder or `hydra:PROJECT:JOBSET`. */
export type Places = Readonly<Record<string, string>>;

/**
 * Where a machine is built unless the user chooses. An entry for the machine wins over one for its system.
 *
 * @param system on which it is built; undefined: unknown.
 */
export function defaultPlaceFor(places: Places, machine: string, system: string | undefined): Place {
  const entry = (key: string) => (Object.hasOwn(places, key) ? places[key] : undefined);
  const value = entry(machine) ?? (system === undefined ? undefined : entry(system)) ?? "";
  return value === "" || value === "schedule"
    ? { kind: "schedule" }
    : (jobsetIn(value) ?? { kind: "only", builder: value });
}

/** `hydra:morph:eiffel`, with the names that Hydra allows. */
function jobsetIn(value: string): Place | undefined {
  const [, project, jobset] = /^hydra:([A-Za-z_][\w-]*):(\.?[A-Za-z_][\w.-]*)$/.exec(value) ?? [];
  return project === undefined || jobset === undefined ? undefined : { kind: "hydra", project, jobset };
}
