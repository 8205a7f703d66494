import type { BuilderId, BuildParams, HydraJobsetParams, Place } from "../../server/src/protocol.ts";

/** A machine of a network file. */
export interface MachineTarget {
  readonly uri: string;
  /** The machine's name. */
  readonly machine: string;
  /** The output to build, if not the system: a dotted path below the machine's `config`. */
  readonly attribute?: string | undefined;
}

/** A recorded build. */
export interface BuildTarget {
  readonly id: string;
}

/** Builds that were started together. */
export interface BatchTarget {
  readonly batchId: string;
}

/** A builder. */
export interface BuilderTarget {
  readonly builder: BuilderId;
}

/** Whether an argument of a menu, a lens or another extension identifies a machine. */
export function isMachineTarget(value: unknown): value is MachineTarget {
  return hasString(value, "uri") && hasString(value, "machine");
}

/** Whether an argument identifies a network. */
export function isNetworkTarget(value: unknown): value is { readonly uri: string } {
  return hasString(value, "uri") && !hasString(value, "machine");
}

/** Whether an argument names the machines of a jobset. */
export function isJobsetTarget(value: unknown): value is HydraJobsetParams {
  if (!hasString(value, "uri") || !("machines" in value) || !Array.isArray(value.machines)) return false;
  return value.machines.length > 0 && value.machines.every(name => typeof name === "string");
}

/** The output and place to reuse when a command comes from a build's row or a lens. */
export function outputAndPlaceOf(
  argument: unknown,
): Pick<BuildParams, "attribute" | "place" | "detached" | "fetch" | "fromCache"> {
  const place = typeof argument === "object" && argument !== null && "place" in argument ? argument.place : undefined;
  return {
    attribute: hasString(argument, "attribute") ? argument.attribute : undefined,
    place: hasString(place, "kind") ? (place as unknown as Place) : undefined,
    detached: isOn(argument, "detached") ? true : undefined,
    fetch: isOn(argument, "fetch") ? true : undefined,
    fromCache: isOn(argument, "fromCache") ? true : undefined,
  };
}

/** Whether an argument identifies a build. */
export function isBuildTarget(value: unknown): value is BuildTarget {
  return hasString(value, "id") && !isBatchTarget(value);
}

/** Whether an argument identifies a batch. */
export function isBatchTarget(value: unknown): value is BatchTarget {
  return hasString(value, "batchId");
}

/** Whether an argument identifies a builder. */
export function isBuilderTarget(value: unknown): value is BuilderTarget {
  return hasString(value, "builder");
}

/** Whether an item has a path in the Nix store. */
export function hasStorePath(value: unknown): value is { readonly storePath: string } {
  return hasString(value, "storePath");
}

/** Whether an argument names a system. */
export function hasSystem(value: unknown): value is { readonly system: string } {
  return hasString(value, "system");
}

/** Whether a row is that of a derivation. */
export function hasDrvPath<T>(value: T): value is T & { readonly drvPath: string } {
  return hasString(value, "drvPath");
}

/** Whether an argument has the path of a kept build directory. */
export function hasFolder(value: unknown): value is { readonly folder: string } {
  return hasString(value, "folder");
}

/** Whether an argument names a cache. */
export function isCacheTarget(value: unknown): value is { readonly cache: string } {
  return hasString(value, "cache");
}

/** Whether an argument names the key with which a cache signed the closure of a build. */
export function isKeyTarget(value: unknown): value is BuildTarget & { readonly cache: string; readonly key: string } {
  return isBuildTarget(value) && isCacheTarget(value) && hasString(value, "key");
}

/** Whether an argument is a text to copy, with what to do then. */
export function isSnippet(value: unknown): value is { readonly text: string; readonly next: string } {
  return hasString(value, "text") && hasString(value, "next");
}

function isOn(value: unknown, key: string): boolean {
  return typeof value === "object" && value !== null && Reflect.get(value, key) === true;
}

function hasString<K extends string>(value: unknown, key: K): value is Record<K, string> {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, key) === "string";
}
