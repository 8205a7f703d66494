import * as vscode from "vscode";
import { firstErrorIn } from "../logs/firstError.ts";
import { linesOf } from "../logs/linesOf.ts";
import { languageIds } from "../manifest.ts";
import type { Command } from "./command.ts";

/** Shows the first line of the log in the active editor that looks like an error. */
export function firstError(): Command {
  return () => {
    const editor = vscode.window.activeTextEditor;
    if (editor?.document.languageId !== languageIds.buildLog) return undefined;
    const line = firstErrorIn(linesOf(editor.document));
    if (line === undefined)
      return void vscode.window.showInformationMessage(vscode.l10n.t("No line of this log looks like an error."));
    const { range } = editor.document.lineAt(line);
    editor.selection = new vscode.Selection(range.start, range.end);
    return editor.revealRange(range, vscode.TextEditorRevealType.InCenter);
  };
}
