import * as vscode from "vscode";
import type { Problem } from "../../../server/src/protocol.ts";
import { problemAbout, problemSubjectOf } from "../builders/problems.ts";
import type { Command, CommandContext } from "../context.ts";
import { fixesOf } from "../problems/fixes.ts";
import { isProblem } from "../problems/problem.ts";
import { showMessage } from "../problems/show.ts";
import { hasDrvPath, hasFolder, isBuildTarget } from "../targets.ts";

/** Lists the fixes for a failed build, for a problem of a builder, or for the problem of the row that a menu passed. */
export function whatToDo({ builds, builders }: CommandContext): Command {
  return async argument => {
    const subject = problemSubjectOf(argument);
    const builder = subject && builders.builder(subject.builder);
    const build = isBuildTarget(argument) ? builds.summary(argument.id) : undefined;
    const failure =
      builder === undefined ? (problemIn(argument) ?? build?.failure) : problemAbout(builder, subject ?? {});
    if (failure === undefined) return undefined;
    const items = fixesOf(failure, vscode.l10n).map(fix => ({ label: fix.title, fix }));
    const picked = await vscode.window.showQuickPick(items, { title: failure.message });
    return picked && vscode.commands.executeCommand(picked.fix.command, ...(picked.fix.arguments ?? []));
  };
}

/** The problem of a row that has its own, such as a cache's. */
function problemIn(row: unknown): Problem | undefined {
  const problem = typeof row === "object" && row !== null && "problem" in row ? row.problem : undefined;
  return isProblem(problem) ? problem : undefined;
}

/** Opens the kept build directory of a failed derivation in a new window. */
export function openKeptFolder({ builds }: CommandContext): Command {
  return async argument => {
    const folder = hasFolder(argument) ? argument.folder : keptFolderOf(argument);
    if (folder === undefined) return;
    const uri = vscode.Uri.file(folder);
    const problem = await unreadable(uri);
    if (problem !== undefined) return showMessage("warning", problem, [copyAction(folder)]);
    await vscode.commands.executeCommand("vscode.openFolder", uri, { forceNewWindow: true });
  };

  function keptFolderOf(row: unknown): string | undefined {
    if (!isBuildTarget(row) || !hasDrvPath(row)) return undefined;
    return builds.derivations(row.id)?.find(({ drvPath }) => drvPath === row.drvPath)?.keptFolder;
  }
}

/** Why a folder cannot be read. It belongs to the user who started the build, or, with older daemons, to the build user. */
async function unreadable(uri: vscode.Uri): Promise<string | undefined> {
  try {
    await vscode.workspace.fs.readDirectory(uri);
    return undefined;
  } catch (error) {
    const isGone = error instanceof vscode.FileSystemError && error.code === "FileNotFound";
    return isGone
      ? vscode.l10n.t("{0} does not exist: it was removed, or it is on another machine.", uri.fsPath)
      : vscode.l10n.t("Cannot read {0}: it belongs to the user that ran the build. Open it as root.", uri.fsPath);
  }
}

function copyAction(folder: string) {
  return { title: vscode.l10n.t("Copy Path"), run: () => vscode.env.clipboard.writeText(folder) };
}
