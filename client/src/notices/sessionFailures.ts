import * as vscode from "vscode";
import { commandIds } from "../manifest.ts";
import { type MessageAction, showMessage } from "../problems/show.ts";
import { runCommand } from "../registry.ts";
import type { Session, SessionFailure } from "../session/session.ts";

/** Notifies when the language server crashed or did not start, and what that means for builds. */
export function showSessionFailures(session: Session): vscode.Disposable {
  return session.onDidFail(failure => {
    const showOutput: MessageAction = { title: vscode.l10n.t("Show Output"), run: () => session.output.show() };
    const actions = failure === "restarted" ? [showOutput] : [restartAction(), showOutput];
    void showMessage(failure === "restarted" ? "warning" : "error", failureText(failure), actions);
  });
}

function restartAction(): MessageAction {
  return { title: vscode.l10n.t("Restart"), run: () => runCommand(commandIds.restartServer) };
}

function failureText(failure: SessionFailure): string {
  switch (failure) {
    case "restarted":
      return vscode.l10n.t("The Morph language server crashed and was restarted. Running builds continue.");
    case "crashed too often":
      return vscode.l10n.t(
        "The Morph language server crashed repeatedly and was not restarted. Running builds continue.",
      );
    case "did not start":
      return vscode.l10n.t("The Morph language server could not be started.");
  }
}
