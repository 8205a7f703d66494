import * as vscode from "vscode";
import type { Problem } from "../../../server/src/protocol.ts";
import { fixesOf } from "./fixes.ts";
import { reveal } from "./location.ts";

/** A button of a message: its text and what it does. */
export interface MessageAction extends vscode.MessageItem {
  readonly run: () => unknown;
}

const show = {
  error: vscode.window.showErrorMessage,
  warning: vscode.window.showWarningMessage,
  info: vscode.window.showInformationMessage,
} as const;

/** Shows a message with buttons and does what the chosen one says. Resolves when the message is gone. */
export async function showMessage(
  severity: Problem["severity"],
  message: string,
  actions: readonly MessageAction[],
): Promise<void> {
  const chosen = await show[severity](message, ...actions);
  try {
    await chosen?.run();
  } catch (error) {
    await show.error(error instanceof Error ? error.message : String(error));
  }
}

/** Shows a problem with the place it is at, what can be done about it, and further actions. Its detail goes to the output. */
export async function showProblem(
  problem: Problem,
  output: vscode.LogOutputChannel,
  actions: readonly MessageAction[] = [],
  subject?: string,
): Promise<void> {
  const message = subject === undefined ? problem.message : `${subject}: ${problem.message}`;
  output[problem.severity === "warning" ? "warn" : problem.severity](logText(message, problem));
  await showMessage(problem.severity, message, [
    ...locationActions(problem),
    ...fixActions(problem),
    ...actions,
    ...detailActions(problem, output),
  ]);
}

function logText(message: string, { code, detail }: Problem): string {
  return detail === undefined ? `${message} [${code}]` : `${message} [${code}]\n${detail}`;
}

function locationActions({ location }: Problem): MessageAction[] {
  if (location === undefined) return [];
  return [{ title: vscode.l10n.t("Show in File"), run: () => reveal(location) }];
}

function fixActions(problem: Problem): MessageAction[] {
  return fixesOf(problem, vscode.l10n).map(({ title, command, arguments: args = [] }) => ({
    title,
    run: () => vscode.commands.executeCommand(command, ...args),
  }));
}

function detailActions({ detail }: Problem, output: vscode.LogOutputChannel): MessageAction[] {
  if (detail === undefined) return [];
  return [{ title: vscode.l10n.t("Show Details"), run: () => output.show() }];
}
