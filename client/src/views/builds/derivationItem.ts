import * as vscode from "vscode";
import type { DerivationState } from "../../../../server/src/protocol.ts";
import type { Arrangement, GroupName } from "../../builds/arrangement.ts";
import { derivationDescription } from "../../builds/derivationText.ts";
import { derivationIcons, groupIcons, moreIcon } from "../../builds/icons.ts";
import { openLogCommand } from "../../logs/logAddress.ts";
import { type ItemWord, itemWords } from "../../manifest.ts";
import type { DerivationGroupNode, DerivationNode, MoreNode } from "./buildNodes.ts";
import { derivationsBelow } from "./buildRows.ts";

const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

/** The row of a derivation. A click opens its log. */
export function derivationItem(
  node: DerivationNode,
  derivation: DerivationState,
  { groups, below }: Arrangement,
  now: number,
): vscode.TreeItem {
  const { size = 0 } = below.get(node.drvPath) ?? {};
  const description = derivationDescription(derivation, now, vscode.l10n, size);
  return {
    id: node.key,
    label: derivation.name,
    description,
    iconPath: derivationIcons[derivation.state],
    // Few of them are all seen at once.
    collapsibleState: size === 0 ? None : groups.length === 0 ? Expanded : Collapsed,
    contextValue: ["derivation", ...derivationWords(derivation)].join(" "),
    command: openLogCommand({ id: node.id, name: derivation.name, derivation: node.drvPath }),
    accessibilityInformation: { label: `${derivation.name}, ${description}` },
  };
}

function derivationWords({ keptFolder }: DerivationState): readonly ItemWord[] {
  return [itemWords.log, itemWords.storePath, ...(keptFolder === undefined ? [] : [itemWords.folder])];
}

/** The row of many derivations that are to come or done. */
export function groupItem({ key, name }: DerivationGroupNode, { groups }: Arrangement): vscode.TreeItem {
  const label = groupLabel(name);
  const description = String(groups.find(group => group.name === name)?.size ?? 0);
  return {
    id: key,
    label,
    description,
    iconPath: groupIcons[name],
    collapsibleState: Collapsed,
    contextValue: "group",
    accessibilityInformation: { label: `${label}, ${description}` },
  };
}

/** The row of the derivations that come after many others. */
export function moreItem({ key, owner, from }: MoreNode, arrangement: Arrangement): vscode.TreeItem {
  const label = vscode.l10n.t("{0} more", Math.max(0, derivationsBelow(owner, arrangement).length - from));
  return { id: key, label, iconPath: moreIcon, collapsibleState: Collapsed, contextValue: "more" };
}

function groupLabel(name: GroupName): string {
  return name === "waiting" ? vscode.l10n.t("Not started") : vscode.l10n.t("Done");
}
