import * as v from "valibot";
import { dictionary, machineName, type Parsed, shortText, time } from "../../schemas/common.ts";

const storedMachine = v.object({
  system: shortText,
  buildSystem: shortText,
  stamp: v.string(),
  at: time,
  /** Why the result of the user's Morph may differ. */
  note: v.optional(v.string()),
  /** What the derivations to build required of builders; absent if it was not planned. */
  needs: v.optional(v.array(v.object({ system: shortText, features: v.array(shortText) }))),
});

const storedNames = v.object({ list: v.array(machineName), stamp: v.string(), at: time });

/**
 * The evaluation results of one network, as stored in its file. A stamp is a hash of the text that was evaluated; times are
 * ISO 8601. `names` lists all machines, once all have been evaluated.
 */
export const storedNetwork = v.object({
  uri: v.string(),
  machines: dictionary(storedMachine),
  names: v.optional(storedNames),
});

export type StoredMachine = Parsed<typeof storedMachine>;

export type StoredNames = Parsed<typeof storedNames>;

export type StoredNetwork = Parsed<typeof storedNetwork>;

/**
 * Keeps the latest result for each machine and for the names, because two windows may have evaluated the same network. Machines
 * that are no longer among the names are dropped.
 */
export function merge(one: StoredNetwork, other: StoredNetwork): StoredNetwork {
  const machines = new Map(Object.entries(one.machines));
  for (const [name, machine] of Object.entries(other.machines)) machines.set(name, later(machines.get(name), machine));
  const names = other.names === undefined ? one.names : later(one.names, other.names);
  const present = new Set(names?.list);
  const kept = [...machines].filter(([name, { at }]) => names === undefined || present.has(name) || at > names.at);
  return { uri: one.uri, machines: Object.fromEntries(kept), names };
}

function later<T extends { readonly at: string }>(one: T | undefined, other: T): T {
  return one !== undefined && one.at > other.at ? one : other;
}
