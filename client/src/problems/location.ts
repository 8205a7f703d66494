import * as vscode from "vscode";
import type { Location, Range } from "vscode-languageserver-types";

/** Converts a range of the protocol to VS Code's. */
export function toRange({ start, end }: Range): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}

/** Opens the file of a location and moves the cursor there. */
export async function reveal({ uri, range }: Location): Promise<void> {
  await vscode.window.showTextDocument(vscode.Uri.parse(uri, true), { selection: toRange(range) });
}

/** The same as a command for a tree item. */
export function revealCommand({ uri, range }: Location): vscode.Command {
  return {
    title: vscode.l10n.t("Show in File"),
    command: "vscode.open",
    arguments: [vscode.Uri.parse(uri, true), { selection: toRange(range) }],
  };
}
