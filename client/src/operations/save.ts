import * as vscode from "vscode";
import { choiceSettings, languageIds } from "../manifest.ts";
import { readChoice } from "../registry.ts";

/** Saves changed Nix files as the user's setting says. False: the user wants to stop here. */
export async function saveNixFiles(): Promise<boolean> {
  const changed = vscode.workspace.textDocuments.filter(isChangedNixFile);
  const policy = readChoice(choiceSettings.saveBeforeBuild);
  if (changed.length === 0 || policy === "never") return true;
  if (policy === "ask") {
    const answer = await ask(changed);
    if (answer !== "save") return answer === "go on";
  }
  const saved = await Promise.all(changed.map(document => document.save()));
  return saved.every(ok => ok);
}

function isChangedNixFile(document: vscode.TextDocument): boolean {
  return document.isDirty && document.uri.scheme === "file" && document.languageId === languageIds.nix;
}

async function ask(changed: readonly vscode.TextDocument[]): Promise<"save" | "go on" | "stop"> {
  const names = changed.map(({ uri }) => vscode.workspace.asRelativePath(uri)).join(", ");
  const save = vscode.l10n.t("Save");
  const goOn = vscode.l10n.t("Don't Save");
  const message = vscode.l10n.t("Nix reads files from disk. Save changed files first?");
  const answer = await vscode.window.showWarningMessage(message, { modal: true, detail: names }, save, goOn);
  if (answer === undefined) return "stop";
  return answer === save ? "save" : "go on";
}
