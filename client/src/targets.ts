import type { BuildParams, Place } from "../../server/src/protocol.ts";

/** A machine of a network file. */
export interface MachineTarget {
  readonly uri: string;
  /** The machine's name. */
  readonly machine: string;
  /** What of it, when it is not its system: a dotted path below its `config`. */
  readonly attribute?: string | undefined;
}

/** A recorded build. */
export interface BuildTarget {
  readonly id: string;
}

/** True for what menus, lenses and other extensions pass to say which machine they mean. */
export function isMachineTarget(value: unknown): value is MachineTarget {
  return hasString(value, "uri") && hasString(value, "machine");
}

/** True for what menus pass to say which network they mean. */
export function isNetworkTarget(value: unknown): value is { readonly uri: string } {
  return hasString(value, "uri") && !hasString(value, "machine");
}

/** What of a machine, and where, the row of an earlier build or a lens names. */
export function outputAndPlaceOf(argument: unknown): Pick<BuildParams, "attribute" | "place"> {
  const place = typeof argument === "object" && argument !== null && "place" in argument ? argument.place : undefined;
  return {
    attribute: hasString(argument, "attribute") ? argument.attribute : undefined,
    place: hasString(place, "kind") ? (place as unknown as Place) : undefined,
  };
}

/** True for what menus pass to say which build they mean. */
export function isBuildTarget(value: unknown): value is BuildTarget {
  return hasString(value, "id");
}

/** True for an item with a path in the Nix store. */
export function hasStorePath(value: unknown): value is { readonly storePath: string } {
  return hasString(value, "storePath");
}

/** True for the row of a derivation. */
export function hasDrvPath<T>(value: T): value is T & { readonly drvPath: string } {
  return hasString(value, "drvPath");
}

/** True for what names a folder that Nix has kept. */
export function hasFolder(value: unknown): value is { readonly folder: string } {
  return hasString(value, "folder");
}

function hasString<K extends string>(value: unknown, key: K): value is Record<K, string> {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, key) === "string";
}
