import * as vscode from "vscode";
import type { BuildSummary } from "../../../../server/src/protocol.ts";
import type { Command, CommandContext } from "../../context.ts";
import { commandIds } from "../../manifest.ts";
import { showMessage } from "../../problems/show.ts";
import { runCommand } from "../../registry.ts";
import { isMachineTarget, type MachineTarget } from "../../targets.ts";
import { machineAtCursor, networkFileOf } from "../pick/cursor.ts";
import { machineOf } from "../pick/machine.ts";

/** Selects the last build of a machine in the Builds view: of a row, at the cursor, or that the user picks. */
export function showLastBuild(context: CommandContext): Command {
  return async argument => {
    const target = await machineOf(argument, context, vscode.l10n.t("Show Last Build"));
    const build = target && lastBuild(target, context);
    return build && context.show(build.id);
  };
}

/**
 * The last build of the machine that a menu passed, or that is at the cursor; undefined without a machine. "none" if that machine has
 * not been built, which a message says.
 */
export async function lastBuildAt(
  argument: unknown,
  context: CommandContext,
): Promise<BuildSummary | "none" | undefined> {
  const uri = networkFileOf(argument, context.machines);
  const target = isMachineTarget(argument) ? argument : uri && (await machineAtCursor(uri, context));
  if (!target) return undefined;
  return lastBuild(target, context) ?? "none";
}

function lastBuild({ uri, machine }: MachineTarget, { builds }: CommandContext): BuildSummary | undefined {
  const build = builds.newest(uri, machine);
  if (build === undefined) {
    const action = { title: vscode.l10n.t("Build"), run: () => runCommand(commandIds.buildMachine, { uri, machine }) };
    void showMessage("info", vscode.l10n.t("{0} has not been built yet.", machine), [action]);
  }
  return build;
}
