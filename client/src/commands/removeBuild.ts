import * as vscode from "vscode";
import type { Rooms } from "../rooms.ts";
import { isUnfinished } from "../views/builds/buildsModel.ts";
import type { Command } from "./command.ts";
import { buildIdOf } from "./pickBuild.ts";

/** Removes the record of a build that has ended, and lets Nix collect what it kept. */
export function removeBuild({ server, builds }: Rooms): Command {
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
  const detail = vscode.l10n.t("Its log is deleted, and Nix may collect its derivation and its result as garbage.");
  return (await vscode.window.showWarningMessage(message, { modal: true, detail }, remove)) === remove;
}
