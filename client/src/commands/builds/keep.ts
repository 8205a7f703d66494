import * as vscode from "vscode";
import { isUnfinished } from "../../builds/state.ts";
import type { Command, CommandContext } from "../../context.ts";
import { buildIdOf } from "../pick/build.ts";

/** Protects a build from being pruned. */
export function keepBuild(context: CommandContext): Command {
  return keeping(context, true, vscode.l10n.t("Pin Build"));
}

/** Lets a build be pruned again. */
export function stopKeepingBuild(context: CommandContext): Command {
  return keeping(context, false, vscode.l10n.t("Unpin Build"));
}

function keeping({ server, builds }: CommandContext, on: boolean, title: string): Command {
  return async argument => {
    const others = builds.summaries.filter(({ kept }) => (kept.pinned === true) !== on);
    const none = on ? vscode.l10n.t("There is no build to pin.") : vscode.l10n.t("No build is pinned.");
    const id = await buildIdOf(argument, others, { title, none });
    if (id !== undefined) await server.request("morph/keep", { id, on });
  };
}

/** Removes the record of a finished build with its GC roots. */
export function removeBuild({ server, builds }: CommandContext): Command {
  return async argument => {
    const ended = builds.summaries.filter(summary => !isUnfinished(summary));
    const texts = { title: vscode.l10n.t("Remove Build"), none: vscode.l10n.t("There is no build to remove.") };
    const id = await buildIdOf(argument, ended, texts);
    if (id !== undefined && (await confirmed(builds.summary(id)?.machine ?? id)))
      await server.request("morph/remove", { id });
  };
}

async function confirmed(machine: string): Promise<boolean> {
  const remove = vscode.l10n.t("Remove");
  const message = vscode.l10n.t("Remove this build of {0}?", machine);
  const detail = vscode.l10n.t("Its log will be deleted, and Nix may garbage-collect its derivation and result.");
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, remove)) === remove;
}
