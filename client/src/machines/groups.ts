import type { Machine, Network } from "../../../server/src/protocol.ts";

/** What the machines of a network are grouped by; `network`: they are not. */
export type Grouping = "network" | "tag" | "system";

export const groupings: readonly Grouping[] = ["network", "tag", "system"];

/** Machines of a network that have something in common. */
export interface MachineGroup {
  /** The tag or system; empty: the machines that have none. */
  readonly name: string;
  /** In the order of the network. */
  readonly machines: readonly Machine[];
}

/** The groups of a network's machines, by name, with those that have no tag or no known system at the end. */
export function groupMachines({ machines }: Network, grouping: "tag" | "system"): readonly MachineGroup[] {
  const groups = new Map<string, Machine[]>();
  for (const machine of machines)
    for (const name of namesOf(machine, grouping)) {
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [machine]);
      else group.push(machine);
    }
  return [...groups].map(([name, members]) => ({ name, machines: members })).toSorted(compare);
}

/** A machine with several tags is in several groups. */
function namesOf({ tags = [], system }: Machine, grouping: "tag" | "system"): readonly string[] {
  if (grouping === "system") return [system.value ?? ""];
  return tags.length === 0 ? [""] : [...new Set(tags)];
}

function compare({ name: a }: MachineGroup, { name: b }: MachineGroup): number {
  return Number(a === "") - Number(b === "") || a.localeCompare(b);
}
