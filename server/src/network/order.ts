import type { Machine, Network } from "../protocol.ts";

/**
 * Machines in the order in which Morph deploys them: by the first of `network.ordering.tags` that they have, those without one
 * last, then by name.
 */
export function inMorphsOrder({ machines, orderingTags = [] }: Network, names: readonly string[]): string[] {
  const known = new Map(machines.map(machine => [machine.name, machine]));
  const rank = (name: string) => rankOf(known.get(name), orderingTags);
  return names.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

function rankOf(machine: Machine | undefined, orderingTags: readonly string[]): number {
  const rank = orderingTags.findIndex(tag => machine?.tags?.includes(tag));
  return rank === -1 ? orderingTags.length : rank;
}
