import * as vscode from "vscode";
import type { Command, CommandContext } from "../context.ts";
import { buildIdOf } from "./pick/build.ts";
import { buildIdsOf } from "./pick/rows.ts";

/** Cancels a build, or all selected ones. */
export function cancelBuild(context: CommandContext): Command {
  const { server, builds } = context;
  return async (argument, selection) => {
    const selected = await buildIdsOf(argument, selection, context);
    if (selected !== undefined && selected.length > 1) return cancelMany(selected, context);
    const texts = { title: vscode.l10n.t("Cancel Build"), none: vscode.l10n.t("No build is running.") };
    const id = await buildIdOf(argument, builds.unfinished, texts);
    if (id !== undefined) await server.request("morph/cancel", { id });
  };
}

/** Cancels all running and queued builds. */
export function cancelAllBuilds(context: CommandContext): Command {
  return async () => {
    const running = context.builds.unfinished;
    if (running.length === 0) return void vscode.window.showInformationMessage(vscode.l10n.t("No build is running."));
    const cancel =
      running.length === 1 ? vscode.l10n.t("Cancel Build") : vscode.l10n.t("Cancel {0} Builds", running.length);
    const message = vscode.l10n.t("Cancel all running and queued builds?");
    const detail = running.map(({ machine }) => machine).join(", ");
    if ((await vscode.window.showWarningMessage(message, { modal: true, detail }, cancel)) !== cancel) return;
    await cancelMany(
      running.map(({ id }) => id),
      context,
    );
  };
}

/** A build that has just ended does not prevent the others from being cancelled. */
async function cancelMany(ids: readonly string[], { server, builds }: CommandContext): Promise<void> {
  const running = ids.filter(id => builds.unfinished.some(build => build.id === id));
  await Promise.allSettled(running.map(id => server.request("morph/cancel", { id })));
}
