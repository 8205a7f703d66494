import * as vscode from "vscode";
import type { Command, CommandContext } from "../../context.ts";
import { commandIds } from "../../manifest.ts";
import { applyFix, changedText, copyText, pickFix } from "../../operations/fixes.ts";
import { runCommand } from "../../registry.ts";
import { hasSystem } from "../../targets.ts";
import { machineOf } from "../pick/machine.ts";

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
    const heading = vscode.l10n.t("Add a builder for {0}", machine);
    const picked = await pickFix(fixes, heading, vscode.l10n.t("Select what to add"));
    if (picked === undefined) return;
    switch (picked.action.kind) {
      case "edit":
        if (document.version !== version) throw new Error(changedText());
        return applyFix(picked.action.edit);
      case "copy":
        return copyText(picked.action.text, picked.action.next);
      case "set-up":
        await runCommand(commandIds.setUpBuildMachine, { system });
        return;
    }
  };
}
