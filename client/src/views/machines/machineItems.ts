import * as vscode from "vscode";
import type { Machine, Network } from "../../../../server/src/protocol.ts";
import { machineDescription, machineTooltip, networkDescription, networkTooltip } from "../../machines/text.ts";
import { commandIds, itemWords } from "../../manifest.ts";
import type { MachineNode, NetworkNode } from "./machineNodes.ts";

/** The row of a network file. */
export function networkItem({ uri }: NetworkNode, network: Network): vscode.TreeItem {
  const file = vscode.Uri.parse(uri, true);
  const path = vscode.workspace.asRelativePath(file);
  const description = networkDescription(network, vscode.l10n);
  return {
    id: uri,
    label: path,
    description,
    tooltip: new vscode.MarkdownString(networkTooltip(network, path, vscode.l10n)),
    iconPath: new vscode.ThemeIcon("server-environment"),
    collapsibleState: vscode.TreeItemCollapsibleState.Expanded,
    contextValue: `network ${itemWords.reveal}`,
    accessibilityInformation: { label: `${path}, ${description}` },
  };
}

/** The row of a machine. It has no id: two machines may have one name, and VS Code tells them apart by their place. */
export function machineItem(node: MachineNode, machine: Machine): vscode.TreeItem {
  const description = machineDescription(machine, vscode.l10n);
  return {
    label: machine.name,
    description,
    tooltip: new vscode.MarkdownString(machineTooltip(machine, vscode.l10n)),
    iconPath: icon(machine),
    collapsibleState: vscode.TreeItemCollapsibleState.None,
    contextValue: `${itemWords.machine} ${itemWords.reveal}`,
    command: { title: vscode.l10n.t("Show in File"), command: commandIds.revealMachine, arguments: [node] },
    accessibilityInformation: { label: `${machine.name}, ${description}` },
  };
}

function icon({ system }: Machine): vscode.ThemeIcon {
  if (system.overridden !== undefined)
    return new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
  // What was evaluated of another text is dimmed.
  if (system.stale === true) return new vscode.ThemeIcon("server", new vscode.ThemeColor("disabledForeground"));
  return new vscode.ThemeIcon(system.value === undefined ? "question" : "server");
}
