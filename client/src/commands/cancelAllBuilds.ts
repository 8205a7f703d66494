import * as vscode from "vscode";
import type { Rooms } from "../rooms.ts";
import type { Command } from "./command.ts";

/** Stops every build that runs or waits. */
export function cancelAllBuilds({ server, builds }: Rooms): Command {
  return async () => {
    const running = builds.unfinished;
    if (running.length === 0) return void vscode.window.showInformationMessage(vscode.l10n.t("No build is running."));
    const cancel = vscode.l10n.t("Cancel {0} Builds", running.length);
    const message = vscode.l10n.t("Cancel every build that runs or waits?");
    const detail = running.map(({ machine }) => machine).join(", ");
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, cancel)) !== cancel) return;
    // One that has just ended is no reason to leave the others.
    await Promise.allSettled(running.map(({ id }) => server.request("morph/cancel", { id })));
  };
}
