import * as vscode from "vscode";
import type {
  HydraDryEvaluation,
  HydraFile,
  HydraJobsetParams,
  HydraJobsetPlan,
} from "../../../../server/src/protocol.ts";
import type { Command, CommandContext } from "../../context.ts";
import { evaluationProblems, filesToWrite, isSendable } from "../../jobsets/jobsetPage.ts";
import { prepare } from "../../operations/prepare.ts";
import { isJobsetTarget } from "../../targets.ts";
import { jobsetOf } from "./jobsetMachines.ts";

/** Shows what creating a jobset for machines would do. Nothing is written or sent before the user says so on that page. */
export function createHydraJobset(context: CommandContext): Command {
  return async (argument, selection) => {
    const params = await jobsetOf(argument, selection, context, vscode.l10n.t("Create Hydra Jobset"));
    if (params === undefined || !(await prepare(context.server))) return;
    const plan = await planOf(params, context);
    await context.jobsets.show({ params, plan, evaluation: context.jobsets.get(params)?.evaluation });
  };
}

/** Evaluates machines as Hydra would, and shows the result on the page of their jobset. */
export function evaluateAsHydra(context: CommandContext): Command {
  return async (argument, selection) => {
    const params = await jobsetOf(argument, selection, context, vscode.l10n.t("Evaluate as Hydra Would"));
    if (params === undefined || !(await prepare(context.server))) return;
    const [plan, evaluation] = await Promise.all([planOf(params, context), evaluationOf(params, context)]);
    await context.jobsets.show({ params, plan, evaluation });
  };
}

/** Writes the files of a jobset into the workspace. A file that the user has changed stays as it is. */
export function writeHydraFiles(context: CommandContext): Command {
  return async argument => {
    const shown = isJobsetTarget(argument) ? context.jobsets.get(argument) : undefined;
    if (shown === undefined) return;
    await write(filesToWrite(shown.plan));
    await context.jobsets.show({ ...shown, plan: await planOf(shown.params, context) });
  };
}

/** Creates or updates a jobset on the server as its page shows it, after evaluating it as Hydra would. */
export function putHydraJobset(context: CommandContext): Command {
  return async argument => {
    const shown = isJobsetTarget(argument) ? context.jobsets.get(argument) : undefined;
    if (shown === undefined || !isSendable(shown.plan) || !(await prepare(context.server))) return;
    const { params, plan } = shown;
    const evaluation = await evaluationOf(params, context);
    await context.jobsets.show({ ...shown, evaluation });
    if (!(await isAccepted(evaluation, plan))) return;
    const { url, project, jobset } = plan;
    await context.server.request("morph/createHydraJobset", { url, project, jobset });
    await write(filesToWrite(plan));
    await context.jobsets.show({ params, plan: await planOf(params, context), evaluation });
    void showCreated(plan);
  };
}

function planOf(params: HydraJobsetParams, { server, evaluations }: CommandContext): Promise<HydraJobsetPlan> {
  const title = vscode.l10n.t("Reading what Hydra has");
  return evaluations.run(title, (_report, token) => server.request("morph/hydraJobset", params, token));
}

function evaluationOf(params: HydraJobsetParams, { server, evaluations }: CommandContext): Promise<HydraDryEvaluation> {
  const title = vscode.l10n.t("Evaluating {0} as Hydra would", params.machines.join(", "));
  return evaluations.run(title, (_report, token) => server.request("morph/hydraEvaluate", params, token));
}

/** Asks the user if Hydra would fail. */
async function isAccepted(evaluation: HydraDryEvaluation, { drift }: HydraJobsetPlan): Promise<boolean> {
  const [problem] = evaluationProblems(evaluation);
  if (problem === undefined) return true;
  const anyway = drift === undefined ? vscode.l10n.t("Create Anyway") : vscode.l10n.t("Update Anyway");
  const message = vscode.l10n.t("Hydra would not evaluate this jobset.");
  const options = { modal: true, detail: problem.message };
  return (await vscode.window.showWarningMessage(message, options, anyway)) === anyway;
}

async function write(files: readonly HydraFile[]): Promise<void> {
  if (files.length === 0) return;
  const edit = new vscode.WorkspaceEdit();
  for (const { uri, text, state } of files)
    edit.createFile(vscode.Uri.parse(uri, true), {
      contents: new TextEncoder().encode(text),
      ...(state === "outdated" ? { overwrite: true } : { ignoreIfExists: true }),
    });
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new Error(vscode.l10n.t("Cannot write {0}.", files.map(({ path }) => path).join(", ")));
}

async function showCreated({ drift, jobset, page, project }: HydraJobsetPlan): Promise<void> {
  const name = `${project}:${jobset.name}`;
  const message =
    drift === undefined
      ? vscode.l10n.t("The jobset {0} was created.", name)
      : vscode.l10n.t("The jobset {0} was updated.", name);
  const open = vscode.l10n.t("Open in Hydra");
  const picked = await vscode.window.showInformationMessage(message, ...(page === undefined ? [] : [open]));
  if (picked === open && page !== undefined) await vscode.env.openExternal(vscode.Uri.parse(page, true));
}
