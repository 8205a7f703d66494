/**
 * What evaluation has told of one network, as its file holds it. A stamp is a hash of the text that it was told of; times are
 * ISO 8601.
 */
export interface StoredNetwork {
  readonly uri: string;
  readonly machines: Readonly<Record<string, StoredMachine>>;
  /** All machines' names, once all have been evaluated. */
  readonly names?: StoredNames | undefined;
}

export interface StoredMachine {
  readonly system: string;
  readonly buildSystem: string;
  readonly stamp: string;
  readonly at: string;
  /** Why the user's Morph may evaluate it to something else. */
  readonly note?: string | undefined;
}

export interface StoredNames {
  readonly list: readonly string[];
  readonly stamp: string;
  readonly at: string;
}

type Fields<T> = { readonly [Name in keyof T]?: unknown };

function fieldsOf<T>(value: unknown): Fields<T> {
  return typeof value === "object" && value !== null ? value : {};
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isStoredMachine(value: unknown): value is StoredMachine {
  const { system, buildSystem, stamp, at, note } = fieldsOf<StoredMachine>(value);
  return [system, buildSystem, stamp, at].every(isText) && (note === undefined || isText(note));
}

function isStoredNames(value: unknown): value is StoredNames {
  const { list, stamp, at } = fieldsOf<StoredNames>(value);
  return Array.isArray(list) && list.every(isText) && isText(stamp) && isText(at);
}

/** Whether the content of a file is what it should be: another version or a damaged disk may have written anything. */
export function isStoredNetwork(value: unknown): value is StoredNetwork {
  const { uri, machines, names } = fieldsOf<StoredNetwork>(value);
  return (
    isText(uri) &&
    typeof machines === "object" &&
    machines !== null &&
    Object.values(machines).every(isStoredMachine) &&
    (names === undefined || isStoredNames(names))
  );
}

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
