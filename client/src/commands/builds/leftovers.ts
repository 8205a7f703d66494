import * as vscode from "vscode";
import { leftoversText } from "../../builds/text.ts";
import type { Command, CommandContext } from "../../context.ts";
import { commandIds } from "../../manifest.ts";
import { showMessage } from "../../problems/show.ts";
import { runCommand } from "../../registry.ts";
import { isBuildTarget } from "../../targets.ts";

/** Looks what is left of a failed build on the builders that it has lost, and says so. */
export function lookForLeftovers({ server, builds }: CommandContext): Command {
  return async argument => {
    const build = isBuildTarget(argument) ? builds.summary(argument.id) : undefined;
    if (build === undefined) return;
    const found = await server.request("morph/leftovers", { id: build.id });
    const retry = { title: vscode.l10n.t("Retry"), run: () => runCommand(commandIds.retryBuild, { id: build.id }) };
    await showMessage("info", leftoversText(found, vscode.l10n), [retry]);
  };
}
