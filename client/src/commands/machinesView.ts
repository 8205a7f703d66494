import * as vscode from "vscode";
import type { Command, CommandContext } from "../context.ts";
import { type Grouping, groupings } from "../machines/groups.ts";
import { machineOf, machinesOf } from "./pick/machine.ts";

/** Groups the machines of each network in the Machines view by what the user picks. */
export function groupMachines({ machinesGrouping }: CommandContext): Command {
  return async () => {
    const current = machinesGrouping.get();
    const items = groupings.map(grouping => ({
      ...textOf(grouping),
      iconPath: new vscode.ThemeIcon(grouping === current ? "check" : "blank"),
      ...(grouping === current && { description: vscode.l10n.t("current") }),
      grouping,
    }));
    const options = { title: vscode.l10n.t("Group Machines by"), placeHolder: vscode.l10n.t("Select a grouping") };
    const picked = await vscode.window.showQuickPick(items, options);
    if (picked !== undefined) await machinesGrouping.set(picked.grouping);
  };
}

function textOf(grouping: Grouping): { readonly label: string; readonly detail: string } {
  switch (grouping) {
    case "network":
      return { label: vscode.l10n.t("Network"), detail: vscode.l10n.t("In the order of the network file") };
    case "tag":
      return { label: vscode.l10n.t("Tag"), detail: vscode.l10n.t("A machine with several tags is in several groups") };
    case "system":
      return { label: vscode.l10n.t("System"), detail: vscode.l10n.t("The system that a machine runs") };
  }
}

/** Copies the names of the selected machines, one on each line. */
export function copyMachineNames(context: CommandContext): Command {
  return async (argument, selection) => {
    const selected = machinesOf(selection).map(({ machine }) => machine);
    const names =
      selected.length > 1
        ? [...new Set(selected)]
        : [(await machineOf(argument, context, vscode.l10n.t("Copy Machine Name")))?.machine];
    if (names[0] !== undefined) await vscode.env.clipboard.writeText(names.join("\n"));
  };
}
