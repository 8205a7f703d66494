import * as vscode from "vscode";
import type { Command, CommandContext } from "../../context.ts";
import { isBatchTarget } from "../../targets.ts";
import { buildIdOf } from "../pick/build.ts";

/** Shows when each derivation of a build or a batch was built, and where. */
export function showTimeline({ builds, timelines }: CommandContext): Command {
  return async argument => {
    if (isBatchTarget(argument)) return timelines.show({ batch: argument.batchId });
    const texts = { title: vscode.l10n.t("Show Timeline"), none: vscode.l10n.t("There are no builds yet.") };
    const id = await buildIdOf(argument, builds.summaries, texts);
    if (id !== undefined) timelines.show({ build: id });
  };
}
