import type { Machine, Network, NetworkChange } from "../../../server/src/protocol.ts";

/** What differs between two readings of the workspace. */
export type NetworksChange =
  | { readonly kind: "none" }
  /** A network came or went. */
  | { readonly kind: "list" }
  /** These networks are different now. */
  | { readonly kind: "networks"; readonly uris: readonly string[] };

/** Compares what was shown with what is there now. */
export function compareNetworks(before: readonly Network[], after: readonly Network[]): NetworksChange {
  if (before.length !== after.length || before.some(({ uri }, index) => uri !== after[index]?.uri))
    return { kind: "list" };
  const changed = after.filter((network, index) => JSON.stringify(network) !== JSON.stringify(before[index]));
  return changed.length === 0 ? { kind: "none" } : { kind: "networks", uris: changed.map(({ uri }) => uri) };
}

/**
 * The networks after what the server has told; undefined when they must be asked for, as a network came or went, or something was
 * missed. A machine keeps the places that it had when it was last told: where it stands now is asked when somebody goes there.
 */
export function withChange(networks: readonly Network[], change: NetworkChange): readonly Network[] | undefined {
  const at = networks.findIndex(({ uri }) => uri === change.uri);
  const before = networks[at];
  if (before?.revision === undefined || change.revision !== before.revision + 1) return undefined;
  const removed = new Set(change.removed);
  const changed = new Map(change.changed?.map(machine => [machine.name, machine]));
  const machines = before.machines.flatMap(machine =>
    removed.has(machine.name) ? [] : [changed.get(machine.name) ?? machine],
  );
  for (const { index, machine } of change.added ?? []) machines.splice(index, 0, machine);
  return networks.with(at, { ...before, ...change.facts, revision: change.revision, machines });
}

/** The machine of that name. Of two machines of one name Nix takes neither, so it does not matter which one this is. */
export function findMachine(networks: readonly Network[], uri: string, name: string): Machine | undefined {
  return networks.find(network => network.uri === uri)?.machines.find(machine => machine.name === name);
}
