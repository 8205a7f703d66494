import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import { escapeMarkdown } from "../../../../../server/src/common/markdown.ts";
import type { Network } from "../../../../../server/src/protocol.ts";
import { groupMachines } from "../../../machines/groups.ts";
import { networkDescription } from "../../../machines/text.ts";
import { itemWords } from "../../../manifest.ts";
import { factsMarkdown } from "../../../text/facts.ts";
import { spokenName } from "../../spoken.ts";
import { type GroupRow, groupRows } from "./group.ts";
import { type MachineRow, machineRows } from "./machine.ts";
import type { MachinesRowKind, Row, RowContext } from "./row.ts";

/** A network file, with its machines below, in groups if the user has chosen that. */
export interface NetworkRow extends Row {
  readonly kind: "network";
}

export function networkRow(uri: string): NetworkRow {
  return { kind: "network", key: uri, uri };
}

export const networkKind: MachinesRowKind<NetworkRow, MachineRow | GroupRow> = {
  item(row, { store, l10n, pathOf }) {
    const { uri } = row;
    const network = networkOf(row, store);
    if (network === undefined) return undefined;
    const path = pathOf(uri);
    const description = networkDescription(network, l10n);
    return {
      id: uri,
      label: path,
      description,
      icon: { id: "server-environment" },
      below: "open",
      words: ["network", itemWords.reveal],
      spoken: spokenName("", path, [description]),
    };
  },

  tooltip(row, { store, l10n, pathOf }) {
    const network = networkOf(row, store);
    return network && networkTooltip(network, pathOf(row.uri), l10n);
  },

  children(row, { store, grouping }) {
    const network = networkOf(row, store);
    if (network === undefined) return [];
    return grouping === "network"
      ? machineRows(row, network.machines)
      : groupRows(row, groupMachines(network, grouping));
  },
};

function networkOf(row: NetworkRow, { networks = [] }: RowContext["store"]): Network | undefined {
  return networks.find(({ uri }) => uri === row.uri);
}

/** All details of a network, as Markdown. `path`: its file, relative to the workspace. */
export function networkTooltip(network: Network, path: string, l10n: Localiser): string {
  const { description, machines, complete } = network;
  const problems = network.problems.map(({ message }) => escapeMarkdown(message)).join("  \n");
  return factsMarkdown(`**${escapeMarkdown(path)}**`, [
    [l10n.t("Description"), description === undefined ? undefined : escapeMarkdown(description)],
    [
      l10n.t("Machines"),
      complete ? String(machines.length) : l10n.t("{0} or more, evaluate to see all", machines.length),
    ],
    [l10n.t("Problems"), problems === "" ? undefined : problems],
  ]);
}
