import * as vscode from "vscode";
import type { Batch } from "../builds/batches.ts";
import { batchSentence } from "../builds/batchText.ts";
import { choiceSettings, commandIds } from "../manifest.ts";
import { type MessageAction, showMessage } from "../problems/show.ts";
import { readChoice, runCommand } from "../registry.ts";

/**
 * Notifies once that a batch that this window started has ended; its builds have no notifications of their own.
 *
 * @param visible whether the Builds view is visible.
 * @param reveal shows its row.
 */
export async function showEndedBatch(batch: Batch, visible: boolean, reveal: () => Promise<void>): Promise<void> {
  const policy = readChoice(choiceSettings.notify);
  if (policy === "never" || (policy === "failures" && batch.failed === 0)) return;
  const text = batchSentence(batch, vscode.l10n);
  const show = (title: string): MessageAction => ({ title, run: reveal });
  if (batch.failed > 0) {
    const retry = () => runCommand(commandIds.retryFailed, { batchId: batch.id });
    const actions = [show(vscode.l10n.t("Show Failures")), { title: vscode.l10n.t("Retry Failed"), run: retry }];
    return showMessage("error", text, actions);
  }
  if (!visible && !wasCancelledAtLast(batch)) await showMessage("info", text, [show(vscode.l10n.t("Show Builds"))]);
}

/** A user who cancels what is left of a batch has not looked away. */
function wasCancelledAtLast({ builds }: Batch): boolean {
  const stopped = builds.flatMap(({ stoppedAt = "", state }) => [{ at: Date.parse(stoppedAt), state }]);
  return stopped.toSorted((a, b) => b.at - a.at)[0]?.state === "cancelled";
}
