import * as vscode from "vscode";
import type { TextEdit, WorkspaceEdit } from "vscode-languageserver-types";
import type { BuilderFix } from "../../../../server/src/protocol.ts";
import type { Command, CommandContext } from "../../context.ts";
import { commandIds } from "../../manifest.ts";
import { toRange } from "../../problems/location.ts";
import { runCommand } from "../../registry.ts";
import { hasSystem } from "../../targets.ts";
import { machineOf } from "../pick/machine.ts";

interface FixItem extends vscode.QuickPickItem {
  readonly fix: BuilderFix;
}

/** Lists the ways to get a builder for a machine that none can build, and does what the user picks. */
export function addBuilder(context: CommandContext): Command {
  return async argument => {
    const title = vscode.l10n.t("Add Builder...");
    const target = await machineOf(argument, context, title);
    if (target === undefined) return;
    const { uri, machine } = target;
    // Only an open text can be edited, and only the server knows where.
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(uri, true));
    const { version } = document;
    const system = hasSystem(argument) ? argument.system : undefined;
    const fixes = await context.server.request("morph/builderFixes", { uri, machine, system });
    const picked = await pickFix(fixes, machine);
    if (picked === undefined) return;
    switch (picked.action.kind) {
      case "edit":
        if (document.version !== version) throw new Error(changedText());
        return applyFix(picked.action.edit);
      case "copy":
        await vscode.env.clipboard.writeText(picked.action.text);
        void vscode.window.showInformationMessage(vscode.l10n.t("Copied. {0}", picked.action.next));
        return;
      case "set-up":
        await runCommand(commandIds.setUpBuildMachine, { system });
        return;
    }
  };
}

function changedText(): string {
  return vscode.l10n.t("The document changed in the meantime. Try again.");
}

async function pickFix(fixes: readonly BuilderFix[], machine: string): Promise<BuilderFix | undefined> {
  const items = fixes.map((fix): FixItem => {
    const icon = { edit: "edit", copy: "copy", "set-up": "server-environment" }[fix.action.kind];
    return { label: fix.label, detail: fix.detail, iconPath: new vscode.ThemeIcon(icon), fix };
  });
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Add a builder for {0}", machine),
    placeHolder: vscode.l10n.t("Select what to add"),
    matchOnDetail: true,
  });
  return picked?.fix;
}

/** Applies an edit of the server, one undo step per file, and shows what was inserted. */
async function applyFix({ changes = {} }: WorkspaceEdit): Promise<void> {
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
