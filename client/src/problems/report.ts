import * as vscode from "vscode";
import { problemOf } from "./problem.ts";
import { type MessageAction, showMessage, showProblem } from "./show.ts";

/** Shows the error of a command: its problem, or else its message. Does not wait for the message to close. */
export function reportError(error: unknown, output: vscode.LogOutputChannel): void {
  if (error instanceof vscode.CancellationError) return;
  const problem = problemOf(error);
  if (problem !== undefined) return void showProblem(problem, output);
  const message = error instanceof Error ? error.message : String(error);
  output.error(error instanceof Error ? error : message);
  const showOutput: MessageAction = { title: vscode.l10n.t("Show Output"), run: () => output.show() };
  void showMessage("error", message, [showOutput]);
}
