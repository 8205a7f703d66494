import * as vscode from "vscode";
import type { DerivationState } from "../../../../server/src/protocol.ts";
import { commandIds, itemWords } from "../../manifest.ts";
import type { DerivationGroup, GroupName } from "./arrangement.ts";
import type { DerivationGroupNode, DerivationNode } from "./buildNodes.ts";
import { derivationDescription } from "./derivationText.ts";
import { derivationIcons, groupIcons } from "./icons.ts";

/** The row of a derivation. A click opens its log. */
export function derivationItem(node: DerivationNode, derivation: DerivationState, now: number): vscode.TreeItem {
  const description = derivationDescription(derivation, now, vscode.l10n);
  return {
    id: node.key,
    label: derivation.name,
    description,
    iconPath: derivationIcons[derivation.state],
    collapsibleState: vscode.TreeItemCollapsibleState.None,
    contextValue: `derivation ${itemWords.log} ${itemWords.storePath}`,
    command: { title: vscode.l10n.t("Show Log"), command: commandIds.showLog, arguments: [node] },
    accessibilityInformation: { label: `${derivation.name}, ${description}` },
  };
}

/** The row of many derivations that wait or are done. */
export function groupItem({ key, name }: DerivationGroupNode, group: DerivationGroup | undefined): vscode.TreeItem {
  const label = groupLabel(name);
  const description = String(group?.derivations.length ?? 0);
  return {
    id: key,
    label,
    description,
    iconPath: groupIcons[name],
    collapsibleState: vscode.TreeItemCollapsibleState.Collapsed,
    contextValue: "group",
    accessibilityInformation: { label: `${label}, ${description}` },
  };
}

function groupLabel(name: GroupName): string {
  return name === "waiting" ? vscode.l10n.t("Not started") : vscode.l10n.t("Done");
}
