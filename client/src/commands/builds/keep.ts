import * as vscode from "vscode";
import type { Command, CommandContext } from "../../context.ts";
import { buildIdOf } from "../pick/build.ts";
import { buildIdsOf } from "../pick/rows.ts";

/** Protects a build from being pruned. */
export function keepBuild(context: CommandContext): Command {
  return keeping(context, true, vscode.l10n.t("Pin Build"));
}

/** Lets a build be pruned again. */
export function stopKeepingBuild(context: CommandContext): Command {
  return keeping(context, false, vscode.l10n.t("Unpin Build"));
}

function keeping(context: CommandContext, on: boolean, title: string): Command {
  const { server, builds } = context;
  return async (argument, selection) => {
    const others = builds.summaries.filter(({ kept }) => (kept.pinned === true) !== on);
    const selected = await buildIdsOf(argument, selection, context);
    const none = on ? vscode.l10n.t("There is no build to pin.") : vscode.l10n.t("No build is pinned.");
    const picked = selected ?? [await buildIdOf(undefined, others, { title, none })];
    const ids = picked.filter(id => others.some(build => build.id === id));
    await Promise.all(ids.flatMap(id => (id === undefined ? [] : server.request("morph/keep", { id, on }))));
  };
}
