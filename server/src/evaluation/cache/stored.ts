import * as v from "valibot";
import { dictionary, machineName, type Parsed, shortText, time } from "../../schemas/common.ts";

const storedMachine = v.object({
  system: shortText,
  buildSystem: shortText,
  stamp: v.string(),
  at: time,
  /** Why the user's Morph may evaluate it to something else. */
  note: v.optional(v.string()),
  /** What the derivations that were to be built asked of builders; absent: it was not planned. */
  needs: v.optional(v.array(v.object({ system: shortText, features: v.array(shortText) }))),
});

const storedNames = v.object({ list: v.array(machineName), stamp: v.string(), at: time });

/**
 * What evaluation has told of one network, as its file holds it. A stamp is a hash of the text that it was told of; times are
 * ISO 8601. The names are those of all machines, once all have been evaluated.
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
 * Of each machine, and of the names, what was told last: two windows may have evaluated the same network. Machines that the
 * names do not have any more are left out.
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
