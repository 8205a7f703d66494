import * as vscode from "vscode";
import { openFailureCommand } from "../failures/failureAddress.ts";
import { openLogCommand } from "../logs/logAddress.ts";
import { revealCommand } from "../problems/location.ts";
import { openSignaturesCommand } from "../signatures/signatureAddress.ts";
import { themeIcon } from "../util/icon.ts";
import type { Click, RowItem } from "./rowItem.ts";

const states = {
  none: vscode.TreeItemCollapsibleState.None,
  closed: vscode.TreeItemCollapsibleState.Collapsed,
  open: vscode.TreeItemCollapsibleState.Expanded,
} as const;

/** Converts a row to VS Code's type. A row whose content is gone is empty. */
export function treeItem(item: RowItem | undefined): vscode.TreeItem {
  if (item === undefined) return { label: "" };
  const { id, label, description, icon, below, words, click, tooltip, spoken } = item;
  return {
    ...(id !== undefined && { id }),
    label,
    ...(description !== undefined && { description }),
    iconPath: themeIcon(icon),
    collapsibleState: states[below],
    contextValue: words.join(" "),
    ...(click !== undefined && { command: commandOf(click) }),
    ...(tooltip !== undefined && {
      tooltip: typeof tooltip === "string" ? tooltip : new vscode.MarkdownString(tooltip.markdown),
    }),
    ...(spoken !== undefined && { accessibilityInformation: { label: spoken } }),
  };
}

function commandOf(click: Click): vscode.Command {
  switch (click.kind) {
    case "log":
      return openLogCommand(click.log);
    case "selection":
      return { title: click.title, command: click.id };
    case "failure":
      return openFailureCommand(click.failure);
    case "signatures":
      return openSignaturesCommand(click.report);
    case "location":
      return revealCommand(click.location);
  }
}
