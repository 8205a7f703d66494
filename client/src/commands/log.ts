import * as vscode from "vscode";
import { firstErrorIn } from "../../../server/src/common/errorLines.ts";
import type { Command, CommandContext } from "../context.ts";
import { linesOf } from "../logs/linesOf.ts";
import { languageIds } from "../manifest.ts";
import { isBuildTarget } from "../targets.ts";
import { lastBuildAt } from "./builds/lastBuild.ts";
import { buildIdOf } from "./pick/build.ts";

/**
 * Opens the log of a build, at the line by which it failed, or of a derivation that a row of the Builds view passes, of the last build of the machine at the cursor, or of the
 * build that the user picks.
 */
export function showLog(context: CommandContext): Command {
  const { builds, logs } = context;
  return async argument => {
    if (isDerivation(argument)) {
      const { id, name, drvPath } = argument;
      return logs.open({ id, name, derivation: drvPath });
    }
    const texts = { title: vscode.l10n.t("Show Log"), none: vscode.l10n.t("There are no builds yet.") };
    const last = isBuildTarget(argument) ? undefined : await lastBuildAt(argument, context);
    if (last === "none") return undefined;
    const id = last?.id ?? (await buildIdOf(argument, builds.summaries, texts));
    if (id === undefined) return undefined;
    const build = builds.summary(id);
    return logs.open({ id, name: build?.machine ?? id }, build?.failure?.quote?.lines[0]);
  };
}

function isDerivation(value: unknown): value is { id: string; name: string; drvPath: string } {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "derivation";
}

/** Goes to the first line that looks like an error, in the log of the active editor. */
export function firstError(): Command {
  return () => {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== languageIds.buildLog) return undefined;
    const line = firstErrorIn(linesOf(editor.document));
    if (line === undefined)
      return void vscode.window.showInformationMessage(vscode.l10n.t("No line in this log looks like an error."));
    const { range } = editor.document.lineAt(line);
    editor.selection = new vscode.Selection(range.start, range.end);
    return editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
  };
}
