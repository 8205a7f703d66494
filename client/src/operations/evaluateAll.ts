import * as vscode from "vscode";
import type { FailedEvaluation, MachineEvaluation } from "../../../server/src/protocol.ts";
import { evaluationsSummary, evaluatorNotes, failedEvaluations } from "../machines/evaluations.ts";
import { problemOf } from "../problems/problem.ts";
import { type MessageAction, showMessage, showProblem, showProblemsAction } from "../problems/show.ts";
import type { MachineTarget } from "../targets.ts";
import type { EvaluationTools } from "./evaluate.ts";
import { prepare } from "./prepare.ts";

/** Evaluates every machine of a network and shows a summary. Resolves without waiting for the message to close. */
export async function evaluateAll(
  uri: string,
  { server, output, evaluations }: EvaluationTools,
): Promise<readonly MachineEvaluation[] | undefined> {
  if (!(await prepare(server))) return undefined;
  const title = vscode.l10n.t("Evaluating all machines");
  const results = await evaluations.run(title, async (report, token) => {
    const listener = server.listen("morph/evaluationDidProgress", ({ uri: of, done, expected }) => {
      if (of === uri && expected > 0) report(vscode.l10n.t("{0} of {1}", done, expected));
    });
    try {
      return await server.request("morph/evaluateAll", { uri }, token);
    } finally {
      listener.dispose();
    }
  });
  void show(results, output);
  return results;
}

/** Evaluates some machines, one after the other, and shows a summary of those that were evaluated before the user cancelled. */
export async function evaluateSelected(
  targets: readonly MachineTarget[],
  { server, output, evaluations }: EvaluationTools,
): Promise<readonly MachineEvaluation[] | undefined> {
  if (!(await prepare(server))) return undefined;
  const title = vscode.l10n.t("Evaluating {0} machines", targets.length);
  const results = await evaluations.run(title, async (report, token) => {
    const done: MachineEvaluation[] = [];
    for (const { uri, machine } of targets) {
      const evaluation = await server.request("morph/evaluate", { uri, machine }, token).catch(error => {
        const problem = problemOf(error);
        if (problem === undefined) throw error;
        return { machine, problem };
      });
      if (token.isCancellationRequested) break;
      done.push(evaluation);
      report(vscode.l10n.t("{0} of {1}", done.length, targets.length));
    }
    return done;
  });
  void show(results, output);
  return results;
}

async function show(evaluations: readonly MachineEvaluation[], output: vscode.LogOutputChannel): Promise<void> {
  const failed = failedEvaluations(evaluations);
  for (const note of evaluatorNotes(evaluations)) output.warn(note);
  for (const { machine, problem } of failed) output.error(`${machine}: ${problem.detail ?? problem.message}`);
  // A machine whose name is computed may have no place in the text.
  const isEachPlaced = failed.every(({ problem }) => problem.location !== undefined);
  const list = { title: vscode.l10n.t("Show Problems"), run: () => pickProblem(failed, output) };
  const actions: MessageAction[] = failed.length === 0 ? [] : [isEachPlaced ? showProblemsAction() : list];
  await showMessage(failed.length === 0 ? "info" : "warning", evaluationsSummary(evaluations, vscode.l10n), actions);
}

/** Lists the machines that failed; shows the problem of the chosen one with its fixes. */
async function pickProblem(failed: readonly FailedEvaluation[], output: vscode.LogOutputChannel): Promise<void> {
  const items = failed.map(({ machine, problem }) => ({
    label: machine,
    detail: problem.message,
    iconPath: new vscode.ThemeIcon("error"),
    problem,
  }));
  const title = vscode.l10n.t("Machines that could not be evaluated");
  const picked = await vscode.window.showQuickPick(items, { title, matchOnDetail: true });
  if (picked !== undefined) await showProblem(picked.problem, output, [], picked.label);
}
