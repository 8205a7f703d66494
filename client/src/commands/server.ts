import os from "node:os";
import * as vscode from "vscode";
import type { Command, CommandContext } from "../context.ts";
import { diagnosticsText } from "../text/diagnosticsText.ts";

/** Restarts the language server. Builds continue. */
export function restartServer({ session }: CommandContext): Command {
  return () => session.restart();
}

/** Shows the log of the language server and its client. */
export function showOutput({ session }: CommandContext): Command {
  return () => session.output.show();
}

/** Opens the settings editor with our settings. */
export function openSettings(): Command {
  return () => vscode.commands.executeCommand("workbench.action.openSettings", "@ext:morph-networks.vscode-morph");
}

/** Copies the information for a bug report: versions, health, and the last lines of the output. */
export function copyDiagnostics({ session }: CommandContext): Command {
  return async () => {
    const versions = {
      "Morph Networks": session.version,
      "VS Code": `${vscode.version} (${vscode.env.remoteName ?? "local"})`,
      Node: process.versions.node,
      System: `${os.type()} ${os.release()} ${os.arch()}`,
    };
    const { state, health, recent } = session;
    const text = diagnosticsText({ versions, session: state, health, lines: recent.lines });
    await vscode.env.clipboard.writeText(text);
    void vscode.window.setStatusBarMessage(vscode.l10n.t("Diagnostics copied."), 5000);
  };
}
