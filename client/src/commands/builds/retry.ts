import * as vscode from "vscode";
import { isUnfinished } from "../../builds/state.ts";
import type { BuildsStore } from "../../builds/store.ts";
import type { Command, CommandContext } from "../../context.ts";
import { build } from "../../operations/build.ts";
import { isBuildTarget, isMachineTarget, outputAndPlaceOf } from "../../targets.ts";

/** How long a build may take to end after it was cancelled (ms): Nix has ten seconds to clean up before it is killed. */
const endLimit = 30_000;

/** Builds a machine again, the same output in the same place. A build that is still running is cancelled first. */
export function retryBuild(context: CommandContext): Command {
  return async argument => {
    const known = isBuildTarget(argument) ? context.builds.summary(argument.id) : undefined;
    const target = known ?? (isMachineTarget(argument) ? argument : undefined);
    if (target === undefined) return undefined;
    if (known !== undefined && isUnfinished(known) && !(await cancelled(known.id, context))) return undefined;
    const { uri, machine } = target;
    return build({ uri, machine, ...outputAndPlaceOf(target) }, context);
  };
}

/** Cancels a build and waits until it has ended. False if it has not by then, which a message says. */
async function cancelled(id: string, { server, builds }: CommandContext): Promise<boolean> {
  const ended = untilEnded(id, builds);
  await server.request("morph/cancel", { id });
  if (await ended) return true;
  void vscode.window.showWarningMessage(
    vscode.l10n.t("The build has not ended yet. It was cancelled; try again in a moment."),
  );
  return false;
}

function untilEnded(id: string, builds: BuildsStore): Promise<boolean> {
  const hasEnded = () => {
    const summary = builds.summary(id);
    return summary === undefined || !isUnfinished(summary);
  };
  return new Promise(resolve => {
    const done = (result: boolean) => {
      clearTimeout(timer);
      subscription.dispose();
      resolve(result);
    };
    const timer = setTimeout(() => done(false), endLimit);
    const subscription = builds.onDidChangeStates(() => hasEnded() && done(true));
  });
}
