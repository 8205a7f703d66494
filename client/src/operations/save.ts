import * as vscode from "vscode";
import { choiceSettings, languageIds } from "../manifest.ts";
import { readChoice } from "../registry.ts";

/** Saves changed Nix files according to `morph.saveBeforeBuild`. False: the user cancelled. */
export async function saveNixFiles(): Promise<boolean> {
  const changed = vscode.workspace.textDocuments.filter(isChangedNixFile);
  const policy = readChoice(choiceSettings.saveBeforeBuild);
  if (changed.length === 0 || policy === "never") return true;
  if (policy === "ask") {
    const answer = await ask(changed);
    if (answer !== "save") return answer === "don't save";
  }
  const saved = await Promise.all(changed.map(document => document.save()));
  return saved.every(ok => ok);
}

function isChangedNixFile(document: vscode.TextDocument): boolean {
  return document.isDirty && document.uri.scheme === "file" && document.languageId === languageIds.nix;
}

async function ask(changed: readonly vscode.TextDocument[]): Promise<"save" | "don't save" | "cancel"> {
  const names = changed.map(({ uri }) => vscode.workspace.asRelativePath(uri)).join(", ");
  const save = vscode.l10n.t("Save");
  const dontSave = vscode.l10n.t("Don't Save");
  const message = vscode.l10n.t("Nix reads files from disk. Save changed files first?");
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail: names }, save, dontSave);
  if (answer === undefined) return "cancel";
  return answer === save ? "save" : "don't save";
}
