import * as vscode from "vscode";
import { changeItems } from "../../builds/rebuildReasons.ts";
import type { Command, CommandContext } from "../../context.ts";
import { buildIdOf } from "../pick/build.ts";

/** Lists what has changed since the previous build of the same machine. */
export function whyRebuild({ server, builds }: CommandContext): Command {
  return async argument => {
    const texts = { title: vscode.l10n.t("Why Does This Rebuild?"), none: vscode.l10n.t("There are no builds yet.") };
    const id = await buildIdOf(argument, builds.summaries, texts);
    if (id === undefined) return undefined;
    const reasons = await server.request("morph/rebuildReasons", { id });
    const items = changeItems(reasons, vscode.l10n);
    const machine = builds.summary(id)?.machine ?? "";
    if (items.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t("{0}: derivation unchanged.", machine));
      return reasons;
    }
    const since = new Date(reasons.previous.startedAt).toLocaleString();
    const title = vscode.l10n.t("Changes in {0} since {1}", machine, since);
    void vscode.window.showQuickPick(items, { title, matchOnDescription: true });
    return reasons;
  };
}
