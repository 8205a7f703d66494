import * as vscode from "vscode";
import { hydraPage } from "../../builds/hydra.ts";
import type { Command, CommandContext } from "../../context.ts";
import { isBuildTarget } from "../../targets.ts";
import { machineOf } from "../pick/machine.ts";

/** Opens Hydra's page in the browser: of a build there, or about a machine, of its newest build or else its jobset. */
export function openInHydra(context: CommandContext): Command {
  return async argument => {
    const built = isBuildTarget(argument) ? context.builds.summary(argument.id)?.hydra : undefined;
    if (built !== undefined) {
      await vscode.env.openExternal(vscode.Uri.parse(hydraPage(built), true));
      return;
    }
    const target = await machineOf(argument, context, vscode.l10n.t("Open in Hydra"));
    if (target === undefined) return;
    const known = () => context.hydra.machine(target.uri, target.machine);
    if (known() === undefined) await context.hydra.refresh();
    const machine = known();
    if (machine === undefined) {
      const { problem, url } = context.hydra.status;
      const none =
        url === undefined
          ? vscode.l10n.t("No Hydra server is set. Connect to one first.")
          : vscode.l10n.t("Hydra has no jobset for {0}.", target.machine);
      void vscode.window.showInformationMessage(problem?.message ?? none);
      return;
    }
    const isJobset = typeof argument === "object" && argument !== null && Reflect.get(argument, "part") === "jobset";
    const page = isJobset ? machine.page : (machine.build?.page ?? machine.page);
    await vscode.env.openExternal(vscode.Uri.parse(page, true));
  };
}
