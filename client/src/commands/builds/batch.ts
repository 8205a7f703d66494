import * as vscode from "vscode";
import { type Batch, hasEnded } from "../../builds/batches.ts";
import { batchName } from "../../builds/batchText.ts";
import { isFailed, isUnfinished } from "../../builds/state.ts";
import type { Command, CommandContext } from "../../context.ts";
import { buildMany } from "../../operations/buildMany.ts";
import { batchOf } from "../pick/batch.ts";

const hasFailed = ({ failed }: Batch) => failed > 0;

/** Cancels the builds of a batch that have not ended. */
export function cancelBatch({ server, builds }: CommandContext): Command {
  return async argument => {
    const texts = { title: vscode.l10n.t("Cancel All in Batch"), none: vscode.l10n.t("No batch is running.") };
    const batch = await batchOf(argument, builds, each => !hasEnded(each), texts);
    if (batch === undefined) return;
    const running = batch.builds.filter(isUnfinished);
    const cancel =
      running.length === 1 ? vscode.l10n.t("Cancel Build") : vscode.l10n.t("Cancel {0} Builds", running.length);
    const message = vscode.l10n.t("Cancel what is running or queued of {0}?", batchName(batch, vscode.l10n));
    if (running.length > 1 && (await vscode.window.showWarningMessage(message, { modal: true }, cancel)) !== cancel)
      return;
    // A build that has just ended must not prevent the others from being cancelled.
    await Promise.allSettled(running.map(({ id }) => server.request("morph/cancel", { id })));
  };
}

/** Builds the machines of a batch that failed or were interrupted again, as a batch of their own. Returns the ids of their builds. */
export function retryFailed(context: CommandContext): Command {
  return async argument => {
    const texts = { title: vscode.l10n.t("Retry Failed"), none: vscode.l10n.t("No batch has failed builds.") };
    const batch = await batchOf(argument, context.builds, hasFailed, texts);
    const failed = batch?.builds.filter(isFailed) ?? [];
    if (batch === undefined || failed.length === 0) return undefined;
    const machines = failed.map(({ machine }) => machine);
    return buildMany(batch.uri, { machines, kind: "selection", place: failed[0]?.place }, context);
  };
}

/** Removes the records of the failed builds of a batch. */
export function removeFailed({ server, builds }: CommandContext): Command {
  return async argument => {
    const texts = { title: vscode.l10n.t("Remove Failed"), none: vscode.l10n.t("No batch has failed builds.") };
    const batch = await batchOf(argument, builds, hasFailed, texts);
    const failed = batch?.builds.filter(isFailed) ?? [];
    if (batch === undefined || failed.length === 0 || !(await confirmed(batch, failed.length))) return;
    const results = await Promise.allSettled(failed.map(({ id }) => server.request("morph/remove", { id })));
    const refused = results.find(result => result.status === "rejected");
    if (refused !== undefined) throw refused.reason;
  };
}

async function confirmed(batch: Batch, count: number): Promise<boolean> {
  const remove = vscode.l10n.t("Remove");
  const name = batchName(batch, vscode.l10n);
  const message =
    count === 1
      ? vscode.l10n.t("Remove the failed build of {0}?", name)
      : vscode.l10n.t("Remove the {0} failed builds of {1}?", count, name);
  const detail = vscode.l10n.t("Their logs will be deleted, and Nix may garbage-collect what they have built.");
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, remove)) === remove;
}
