import * as vscode from "vscode";
import type { Command, CommandContext } from "../../context.ts";
import { showBuild } from "../../operations/build.ts";
import { trustedToEvaluate } from "../../operations/trust.ts";
import { buildIdOf } from "../pick/build.ts";

/** Has Hydra start a build again that has failed there, and follows it. */
export function restartOnHydra(context: CommandContext): Command {
  return async argument => {
    if (!trustedToEvaluate()) return undefined;
    const ended = context.builds.summaries.filter(
      ({ hydra, state }) => hydra?.build !== undefined && (state === "failed" || state === "cancelled"),
    );
    const title = vscode.l10n.t("Restart on Hydra");
    const id = await buildIdOf(argument, ended, { title, none: vscode.l10n.t("No build has failed on Hydra.") });
    if (id === undefined) return undefined;
    const started = await context.server.request("morph/restartHydraBuild", { id });
    return showBuild(started.id, context);
  };
}
