import * as vscode from "vscode";
import type { TextEdit, WorkspaceEdit } from "vscode-languageserver-types";
import type { BuilderFix } from "../../../server/src/protocol.ts";
import { toRange } from "../problems/location.ts";

interface FixItem extends vscode.QuickPickItem {
  readonly fix: BuilderFix;
}

/** Lists what can be done, and asks the user to pick one of it. */
export async function pickFix(
  fixes: readonly BuilderFix[],
  title: string,
  placeHolder: string,
): Promise<BuilderFix | undefined> {
  const items = fixes.map((fix): FixItem => {
    const icon = { edit: "edit", copy: "copy", "set-up": "server-environment" }[fix.action.kind];
    return { label: fix.label, detail: fix.detail, iconPath: new vscode.ThemeIcon(icon), fix };
  });
  const picked = await vscode.window.showQuickPick(items, { title, placeHolder, matchOnDetail: true });
  return picked?.fix;
}

/** Copies a text, and says what to do with it. */
export async function copyText(text: string, next: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  void vscode.window.showInformationMessage(vscode.l10n.t("Copied. {0}", next));
}

/** The text that an edit is for is not the one that it was made for. */
export function changedText(): string {
  return vscode.l10n.t("The document changed in the meantime. Try again.");
}

/** Applies an edit of the server, one undo step per file, and shows what was inserted. */
export async function applyFix({ changes = {} }: WorkspaceEdit): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  for (const [uri, edits] of Object.entries(changes))
    for (const { range, newText } of edits) edit.replace(vscode.Uri.parse(uri, true), toRange(range), newText);
  if (!(await vscode.workspace.applyEdit(edit))) throw new Error(changedText());
  const [[uri, [first]] = ["", []]] = Object.entries(changes);
  if (first === undefined) return;
  const at = startOf(first);
  await vscode.window.showTextDocument(vscode.Uri.parse(uri, true), { selection: new vscode.Range(at, at) });
}

/** The first character of an inserted text that is not a space, where it is now. */
function startOf({ range: { start }, newText }: TextEdit): vscode.Position {
  const before = /^\s*/.exec(newText)?.[0] ?? "";
  const lines = before.split(/\r?\n/);
  const last = lines.at(-1)?.length ?? 0;
  if (lines.length === 1) return new vscode.Position(start.line, start.character + last);
  return new vscode.Position(start.line + lines.length - 1, last);
}
