import * as vscode from "vscode";

/**
 * The rows that a key acts on, as in VS Code's Explorer: the row with the focus, or all selected rows if it is one of them. Extensions
 * know only which rows are selected, so the row with the focus is found by toggling whether it is.
 */
export async function chosenRows<Row>(view: vscode.TreeView<Row>): Promise<readonly Row[]> {
  const before = view.selection;
  await vscode.commands.executeCommand("list.toggleSelection");
  const focused = view.selection.filter(row => !before.includes(row));
  if (focused.length > 0) return focused;
  if (view.selection.length < before.length) await vscode.commands.executeCommand("list.toggleSelection");
  return before;
}
