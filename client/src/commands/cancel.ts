import * as vscode from "vscode";
import type { Command, CommandContext } from "../context.ts";
import { buildIdOf } from "./pick/build.ts";

/** Cancels a build. */
export function cancelBuild({ server, builds }: CommandContext): Command {
  return async argument => {
    const texts = { title: vscode.l10n.t("Cancel Build"), none: vscode.l10n.t("No build is running.") };
    const id = await buildIdOf(argument, builds.unfinished, texts);
    if (id !== undefined) await server.request("morph/cancel", { id });
  };
}

/** Cancels all running and queued builds. */
export function cancelAllBuilds({ server, builds }: CommandContext): Command {
  return async () => {
    const running = builds.unfinished;
    if (running.length === 0) return void vscode.window.showInformationMessage(vscode.l10n.t("No build is running."));
    const cancel =
      running.length === 1 ? vscode.l10n.t("Cancel Build") : vscode.l10n.t("Cancel {0} Builds", running.length);
    const message = vscode.l10n.t("Cancel all running and queued builds?");
    const detail = running.map(({ machine }) => machine).join(", ");
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, cancel)) !== cancel) return;
    // A build that has just ended must not prevent the others from being cancelled.
    await Promise.allSettled(running.map(({ id }) => server.request("morph/cancel", { id })));
  };
}
