import { groupMachines, type MachineGroup } from "../../../machines/groups.ts";
import { machineCount } from "../../../machines/text.ts";
import { spokenName } from "../../spoken.ts";
import { type MachineRow, machineRows } from "./machine.ts";
import type { MachinesRowKind, Row, RowContext } from "./row.ts";

/** The machines of a network with the same tag or system. */
export interface GroupRow extends Row {
  readonly kind: "group";
  /** The tag or system; empty: the machines that have none. */
  readonly name: string;
}

export function groupRows(parent: Row, groups: readonly MachineGroup[]): readonly GroupRow[] {
  return groups.map(({ name }) => {
    return { kind: "group", key: JSON.stringify([parent.key, name]), uri: parent.uri, name };
  });
}

export const groupKind: MachinesRowKind<GroupRow, MachineRow> = {
  item(row, context) {
    const { l10n, grouping } = context;
    const group = groupOf(row, context);
    if (group === undefined) return undefined;
    const none = grouping === "tag" ? l10n.t("no tag") : l10n.t("no known system");
    const [label, count] = [row.name === "" ? none : row.name, machineCount(group.machines.length, true, l10n)];
    return {
      id: row.key,
      label,
      description: count,
      icon: { id: grouping === "tag" ? "tag" : "chip" },
      below: "open",
      words: ["group"],
      spoken: spokenName("", label, [count]),
    };
  },

  children(row, context) {
    return machineRows(row, groupOf(row, context)?.machines ?? []);
  },
};

function groupOf({ uri, name }: GroupRow, { store, grouping }: RowContext): MachineGroup | undefined {
  const network = store.networks?.find(each => each.uri === uri);
  if (network === undefined || grouping === "network") return undefined;
  return groupMachines(network, grouping).find(group => group.name === name);
}
