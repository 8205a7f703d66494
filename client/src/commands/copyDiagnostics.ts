import os from "node:os";
import * as vscode from "vscode";
import type { Rooms } from "../rooms.ts";
import { diagnosticsText } from "../text/diagnosticsText.ts";
import type { Command } from "./command.ts";

/** Copies what a report of a problem needs: versions, health, and the last lines of the output. */
export function copyDiagnostics({ session }: Rooms): Command {
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
