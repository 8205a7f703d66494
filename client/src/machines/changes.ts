import type { Machine, Network } from "../../../server/src/protocol.ts";

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

/** The machine of that name. Of two machines of one name Nix takes neither, so it does not matter which one this is. */
export function findMachine(networks: readonly Network[], uri: string, name: string): Machine | undefined {
  return networks.find(network => network.uri === uri)?.machines.find(machine => machine.name === name);
}
