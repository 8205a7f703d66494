import * as vscode from "vscode";
import type { Command } from "vscode-languageserver-types";
import type { Problem } from "../../../server/src/protocol.ts";
import { rankedFixes } from "./fixes.ts";
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

/** Shows a message with buttons and runs the chosen one. Resolves when the message is closed. */
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

/** The longest line of a log that a notification quotes (UTF-16 units). */
const maxQuoted = 120;

/** Shows why a build failed, with the line that decided. The first action is to be Show Log. */
export async function showFailure(
  problem: Problem,
  output: vscode.LogOutputChannel,
  machine: string,
  log: readonly MessageAction[],
  details: MessageAction,
): Promise<void> {
  const message = `${machine}: ${problem.message}`;
  output.error(logText(message, problem));
  const { first, afterLog } = rankedFixes(problem, vscode.l10n);
  const actions = [...log, ...locationActions(problem), ...first.map(fixAction), ...afterLog.map(fixAction), details];
  await showMessage(problem.severity, withQuote(message, problem), actions);
}

/** A message with the first line that its problem quotes, unless it contains the line already. */
function withQuote(message: string, { quote }: Problem): string {
  const line = quote?.lines[0]?.trim() ?? "";
  const said = line.length > maxQuoted ? `${line.slice(0, maxQuoted)}…` : line;
  return said === "" || message.includes(said) ? message : `${message} “${said}”`;
}

/** Shows a problem with its location, its fixes and further actions, such as to show a log. Its detail is written to the output. */
export async function showProblem(
  problem: Problem,
  output: vscode.LogOutputChannel,
  actions: readonly MessageAction[] = [],
  subject?: string,
): Promise<void> {
  const message = subject === undefined ? problem.message : `${subject}: ${problem.message}`;
  output[problem.severity === "warning" ? "warn" : problem.severity](logText(message, problem));
  const { first, afterLog } = rankedFixes(problem, vscode.l10n);
  await showMessage(problem.severity, message, [
    ...locationActions(problem),
    ...first.map(fixAction),
    ...actions,
    ...afterLog.map(fixAction),
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

function fixAction({ title, command, arguments: args = [] }: Command): MessageAction {
  return { title, run: () => vscode.commands.executeCommand(command, ...args) };
}

/** Shows VS Code's list of problems. */
export function showProblemsAction(): MessageAction {
  return {
    title: vscode.l10n.t("Show Problems"),
    run: () => vscode.commands.executeCommand("workbench.actions.view.problems"),
  };
}

function detailActions({ detail }: Problem, output: vscode.LogOutputChannel): MessageAction[] {
  if (detail === undefined) return [];
  return [{ title: vscode.l10n.t("Show Details"), run: () => output.show() }];
}
