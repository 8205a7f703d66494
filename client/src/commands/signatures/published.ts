import * as vscode from "vscode";
import type { BuildSummary } from "../../../../server/src/protocol.ts";
import { commandIds } from "../../manifest.ts";
import { showMessage } from "../../problems/show.ts";
import { runCommand } from "../../registry.ts";

/** Says that paths of a build were signed or copied, and offers to check them again. */
export function didPublish({ id }: BuildSummary, message: string): void {
  const again = { title: vscode.l10n.t("Check Again"), run: () => runCommand(commandIds.checkSignatures, { id }) };
  void showMessage("info", message, [again]);
}
