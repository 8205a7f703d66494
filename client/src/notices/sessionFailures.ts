import * as vscode from "vscode";
import { commandIds } from "../manifest.ts";
import { type MessageAction, showMessage } from "../problems/show.ts";
import { runCommand } from "../registry.ts";
import type { Session, SessionFailure } from "../session/session.ts";

/**
 * Notifies when the language server is gone for good. After a crash it is restarted and builds continue, which only the output and, for
 * a moment, the status bar show.
 */
export function showSessionFailures(session: Session): vscode.Disposable {
  return session.onDidFail(failure => {
    if (failure === "restarted")
      return session.output.warn("The language server crashed and was restarted. Running builds continue.");
    const showOutput: MessageAction = { title: vscode.l10n.t("Show Output"), run: () => session.output.show() };
    void showMessage("error", failureText(failure), [restartAction(), showOutput]);
  });
}

function restartAction(): MessageAction {
  return { title: vscode.l10n.t("Restart"), run: () => runCommand(commandIds.restartServer) };
}

function failureText(failure: Exclude<SessionFailure, "restarted">): string {
  switch (failure) {
    case "crashed too often":
      return vscode.l10n.t(
        "The Morph language server crashed repeatedly and was not restarted. Running builds continue.",
      );
    case "did not start":
      return vscode.l10n.t("The Morph language server could not be started.");
  }
}
