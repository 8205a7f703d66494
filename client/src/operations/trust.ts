import * as vscode from "vscode";
import { showMessage } from "../problems/show.ts";

/** Whether the workspace is trusted; if not, shows why that is needed, with a button to manage trust. */
export function trustedToEvaluate(): boolean {
  if (vscode.workspace.isTrusted) return true;
  const message = vscode.l10n.t("Evaluating and building run Nix code from this workspace. Trust it first.");
  const manage = vscode.l10n.t("Manage Workspace Trust");
  const action = { title: manage, run: () => vscode.commands.executeCommand("workbench.trust.manage") };
  void showMessage("warning", message, [action]);
  return false;
}
