import * as vscode from "vscode";
import type { BuildSummary, TransferState } from "../../../../server/src/protocol.ts";
import { transfersText } from "../../builds/buildText.ts";
import { failureIcon, transferIcons, transfersIcon } from "../../builds/icons.ts";
import { directionOf, transferDescription } from "../../builds/transfers.ts";
import { itemWords } from "../../manifest.ts";
import { inlineCode } from "../../text/markdown.ts";
import type { TransferNode, TransfersNode } from "./buildNodes.ts";

const { Collapsed, None } = vscode.TreeItemCollapsibleState;

/** The row of a build's downloads and uploads. */
export function transfersItem({ key }: TransfersNode, build: BuildSummary): vscode.TreeItem {
  const label = vscode.l10n.t("Transfers");
  const description = transfersText(build, vscode.l10n) ?? "";
  return {
    id: key,
    label,
    description,
    iconPath: transfersIcon,
    collapsibleState: Collapsed,
    contextValue: "transfers",
    accessibilityInformation: { label: `${label}, ${description}` },
  };
}

/** The row of one path that is fetched or copied. */
export function transferItem({ key, label }: TransferNode, transfer: TransferState): vscode.TreeItem {
  const description = transferDescription(transfer, vscode.l10n);
  return {
    id: key,
    label,
    description,
    tooltip: new vscode.MarkdownString(`${inlineCode(transfer.path)}\n\n${description}`),
    iconPath: transfer.state === "failed" ? failureIcon : transferIcons[directionOf(transfer)],
    collapsibleState: None,
    contextValue: ["transfer", itemWords.storePath].join(" "),
    accessibilityInformation: { label: `${label}, ${description}` },
  };
}
