import * as vscode from "vscode";
import { isBuildTarget } from "../operations/target.ts";
import { fixesOf } from "../problems/fixes.ts";
import type { Rooms } from "../rooms.ts";
import type { Command } from "./command.ts";

/** Offers what can be done about the failure of a build. */
export function whatToDo({ builds }: Rooms): Command {
  return async argument => {
    const failure = isBuildTarget(argument) ? builds.summary(argument.id)?.failure : undefined;
    if (failure === undefined) return undefined;
    const items = fixesOf(failure, vscode.l10n).map(fix => ({ label: fix.title, fix }));
    const picked = await vscode.window.showQuickPick(items, { title: failure.message });
    return picked && vscode.commands.executeCommand(picked.fix.command, ...(picked.fix.arguments ?? []));
  };
}
