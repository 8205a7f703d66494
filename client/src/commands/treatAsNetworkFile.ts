import path from "node:path";
import * as vscode from "vscode";
import type { Command } from "../context.ts";
import { networkFiles } from "../registry.ts";
import { globOf } from "../text/glob.ts";

/** Adds a file to the workspace's `morph.networkFiles`, which makes it a network regardless of its content. */
export function treatAsNetworkFile(): Command {
  return async argument => {
    const uri = argument instanceof vscode.Uri ? argument : vscode.window.activeTextEditor?.document.uri;
    if (uri?.scheme !== "file" || path.extname(uri.fsPath) !== ".nix") {
      void vscode.window.showInformationMessage(
        vscode.l10n.t("Open the Nix file that you want to treat as a network file."),
      );
      return;
    }
    const name = path.basename(uri.fsPath);
    if (vscode.workspace.getWorkspaceFolder(uri) === undefined) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t("{0} is not in a folder of this workspace. Open its folder first.", name),
      );
      return;
    }
    const glob = globOf(vscode.workspace.asRelativePath(uri, false));
    const globs = networkFiles.get();
    if (globs.includes(glob)) {
      void vscode.window.showInformationMessage(vscode.l10n.t("{0} is already treated as a network file.", name));
      return;
    }
    await networkFiles.setInWorkspace([...globs, glob]);
  };
}
