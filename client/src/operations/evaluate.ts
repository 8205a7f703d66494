import * as vscode from "vscode";
import type { Evaluation } from "../../../server/src/protocol.ts";
import type { LanguageServer } from "../languageServer.ts";
import { planText } from "../machines/planText.ts";
import type { RunningEvaluations } from "../machines/runningEvaluations.ts";
import { commandIds } from "../manifest.ts";
import { problemOf } from "../problems/problem.ts";
import { type MessageAction, showMessage, showProblem, showProblemsAction } from "../problems/show.ts";
import { runCommand } from "../registry.ts";
import type { MachineTarget } from "../targets.ts";
import { prepare } from "./prepare.ts";

/** What evaluating requires. */
export interface EvaluationTools {
  readonly server: LanguageServer;
  readonly output: vscode.LogOutputChannel;
  readonly evaluations: RunningEvaluations;
}

/** Evaluates a machine and shows the result. Resolves with the evaluation, without waiting for the message to close. */
export async function evaluate(
  target: MachineTarget,
  { server, output, evaluations }: EvaluationTools,
): Promise<Evaluation | undefined> {
  if (!(await prepare(server))) return undefined;
  const title = vscode.l10n.t("Evaluating {0}", target.machine);
  const evaluation = await evaluations.run(title, (_report, token) =>
    server
      .request("morph/evaluate", { uri: target.uri, machine: target.machine }, token)
      .catch(error => showFailed(error, target, output)),
  );
  if (evaluation === undefined) return undefined;
  const { drvPath, evaluator, duration } = evaluation;
  output.info(`${target.machine}: ${drvPath} (${evaluator.path}, ${duration} ms)`);
  if (evaluator.note !== undefined) output.warn(`${target.machine}: ${evaluator.note}`);
  void show(evaluation, target);
  return evaluation;
}

/** An error in the text is in Problems, too: at its place, with Nix's trace. Other errors are thrown again. */
function showFailed(error: unknown, { machine }: MachineTarget, output: vscode.LogOutputChannel): undefined {
  const problem = problemOf(error);
  if (problem?.code !== "evaluation-failed") throw error;
  void showProblem(problem, output, problem.location === undefined ? [] : [showProblemsAction()], machine);
  return undefined;
}

async function show(evaluation: Evaluation, target: MachineTarget): Promise<void> {
  const { plan, drvPath } = evaluation;
  const build = () => runCommand(commandIds.buildMachine, target);
  const fetch = () => runCommand(commandIds.fetchFromCache, target);
  const copy = () => vscode.env.clipboard.writeText(drvPath);
  const actions: MessageAction[] = [
    { title: vscode.l10n.t("Build"), run: build },
    ...(plan.sources?.output === undefined ? [] : [{ title: vscode.l10n.t("Fetch from Cache"), run: fetch }]),
    { title: vscode.l10n.t("Copy Derivation Path"), run: copy },
  ];
  await showMessage("info", planText(evaluation, vscode.l10n), actions);
}
