import * as vscode from "vscode";
import type { BuildSummary } from "../../../../server/src/protocol.ts";
import { isRemovable } from "../../builds/state.ts";
import type { Command, CommandContext } from "../../context.ts";
import { buildIdOf } from "../pick/build.ts";
import { buildIdsOf } from "../pick/rows.ts";

/** Removes the records of finished builds with their GC roots, after a confirmation that counts them. */
export function removeBuild(context: CommandContext): Command {
  const { server, builds } = context;
  return async (argument, selection) => {
    const selected = (await buildIdsOf(argument, selection, context)) ?? (await pickEnded(context));
    const summaries = selected.flatMap(id => builds.summary(id) ?? []);
    const ended = summaries.filter(isRemovable);
    const [running] = summaries;
    if (ended.length === 0 && running !== undefined) {
      const message = vscode.l10n.t("Cancel the running build of {0} before removing it.", running.machine);
      return void vscode.window.showInformationMessage(message);
    }
    if (ended.length === 0 || !(await confirmed(ended, summaries.length - ended.length))) return undefined;
    // The others are removed even if one of them cannot be.
    const results = await Promise.allSettled(ended.map(({ id }) => server.request("morph/remove", { id })));
    const failed = results.find(result => result.status === "rejected");
    if (failed !== undefined) throw failed.reason;
    return undefined;
  };
}

async function pickEnded({ builds }: CommandContext): Promise<readonly string[]> {
  const ended = builds.summaries.filter(isRemovable);
  const texts = { title: vscode.l10n.t("Remove Build"), none: vscode.l10n.t("There is no build to remove.") };
  const id = await buildIdOf(undefined, ended, texts);
  return id === undefined ? [] : [id];
}

/** @param running number of selected builds that still run, and so are not removed. */
async function confirmed(ended: readonly BuildSummary[], running: number): Promise<boolean> {
  const remove = vscode.l10n.t("Remove");
  const { l10n } = vscode;
  const one = ended.length === 1;
  const message = one
    ? l10n.t("Remove this build of {0}?", ended[0]?.machine ?? "")
    : l10n.t("Remove {0} builds?", ended.length);
  const pinned = ended.filter(({ kept }) => kept.pinned === true).length;
  const detail = [
    one
      ? l10n.t("Its log will be deleted, and Nix may garbage-collect its derivation and result.")
      : l10n.t("Their logs will be deleted, and Nix may garbage-collect their derivations and results."),
    ...(pinned === 0
      ? []
      : [pinned === 1 ? l10n.t("1 of them is pinned.") : l10n.t("{0} of them are pinned.", pinned)]),
    ...(running === 0 ? [] : [l10n.t("Not removed, as they still run: {0}", running)]),
  ].join(" ");
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, remove)) === remove;
}
