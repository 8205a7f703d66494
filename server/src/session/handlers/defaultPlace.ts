import type { Place } from "../../protocol.ts";

/** Setting `morph.places`: machine or system -> `schedule`, `local` or the id of a builder. */
export type Places = Readonly<Record<string, string>>;

/**
 * Where a machine is built unless the user chooses. An entry for the machine wins over one for its system.
 *
 * @param system on which it is built; undefined: unknown.
 */
export function defaultPlaceFor(places: Places, machine: string, system: string | undefined): Place {
  const entry = (key: string) => (Object.hasOwn(places, key) ? places[key] : undefined);
  const value = entry(machine) ?? (system === undefined ? undefined : entry(system)) ?? "";
  return value === "" || value === "schedule" ? { kind: "schedule" } : { kind: "only", builder: value };
}
