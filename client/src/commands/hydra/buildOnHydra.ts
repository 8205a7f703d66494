import * as vscode from "vscode";
import type { Command, CommandContext } from "../../context.ts";
import { build, showBuild } from "../../operations/build.ts";
import { trustedToEvaluate } from "../../operations/trust.ts";
import { machineOf } from "../pick/machine.ts";

/** Builds a machine on Hydra, in the jobset that it has there. */
export function buildOnHydra(context: CommandContext): Command {
  return async argument => {
    if (!trustedToEvaluate()) return undefined;
    const target = await machineOf(argument, context, vscode.l10n.t("Build on Hydra"));
    if (target === undefined) return undefined;
    const { uri, machine } = target;
    const { hydra } = await context.server.request("morph/buildersFor", { uri, machine });
    if (hydra?.place !== undefined) return build({ uri, machine, place: hydra.place }, context);
    const none =
      hydra === undefined
        ? vscode.l10n.t("No Hydra server is set. Connect to one first.")
        : vscode.l10n.t("Hydra has no jobset for {0}. Create it first.", machine);
    void vscode.window.showInformationMessage(hydra?.problem?.message ?? none);
    return undefined;
  };
}

/** Follows the newest build of a machine on Hydra like any other build, also one that Hydra has started by itself. */
export function followHydraBuild(context: CommandContext): Command {
  return async argument => {
    if (!trustedToEvaluate()) return undefined;
    const target = await machineOf(argument, context, vscode.l10n.t("Follow Hydra Build"));
    if (target === undefined) return undefined;
    const { uri, machine } = target;
    if (context.hydra.machine(uri, machine) === undefined) await context.hydra.refresh();
    const newest = context.hydra.machine(uri, machine)?.build;
    if (newest === undefined) {
      const { problem } = context.hydra.status;
      const none = vscode.l10n.t("Hydra has no build of {0}.", machine);
      void vscode.window.showInformationMessage(problem?.message ?? none);
      return undefined;
    }
    const { id } = await context.server.request("morph/followHydraBuild", { uri, machine, build: newest.id });
    return showBuild(id, context);
  };
}
