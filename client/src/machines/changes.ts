import type { Machine, Network, NetworkChange } from "../../../server/src/protocol.ts";

/** The difference between two lists of networks. */
export type NetworksChange =
  | { readonly kind: "none" }
  /** A network was added or removed. */
  | { readonly kind: "list" }
  /** These networks changed. */
  | { readonly kind: "networks"; readonly uris: readonly string[] };

/** Compares the displayed networks with the current ones. */
export function compareNetworks(before: readonly Network[], after: readonly Network[]): NetworksChange {
  if (before.length !== after.length || before.some(({ uri }, index) => uri !== after[index]?.uri))
    return { kind: "list" };
  const changed = after.filter((network, index) => JSON.stringify(network) !== JSON.stringify(before[index]));
  return changed.length === 0 ? { kind: "none" } : { kind: "networks", uris: changed.map(({ uri }) => uri) };
}

/**
 * Applies a change that the server has published. Undefined if the networks must be requested, because one was added or removed or
 * a revision was missed. A machine keeps its last published location; the current one is requested when the user navigates to it.
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

/** The machine with that name. Nix rejects duplicate names, so it does not matter which of two is returned. */
export function findMachine(networks: readonly Network[], uri: string, name: string): Machine | undefined {
  return networks.find(network => network.uri === uri)?.machines.find(machine => machine.name === name);
}
