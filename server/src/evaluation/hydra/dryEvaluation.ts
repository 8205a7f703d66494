import { existsSync } from "node:fs";
import { realpath } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import { jobName } from "../../hydra/expression/names.ts";
import { refusalIn, refusalProblem } from "../../hydra/expression/refusals.ts";
import { evaluateHydraJobs } from "../../nix/evaluation/hydraJobs.ts";
import { evaluateAll } from "../../nix/evaluation/network.ts";
import { errorProblem, type Outcome } from "../../outcome.ts";
import type { HydraDryEvaluation, HydraJob, HydraJobsetParams, MachineEvaluation, Problem } from "../../protocol.ts";
import type { EvaluationContext } from "../context.ts";
import { locationOf, placedIn } from "../machine.ts";
import { addCheckout } from "./checkout.ts";
import { type JobsetExpression, jobsetExpression } from "./expression.ts";

/**
 * Evaluates the jobs of machines as Hydra would, and compares their derivations with those of the machines' own evaluation. Hydra has
 * other checkouts of nixpkgs and Morph: those that our evaluation uses take their place. Problems: as of `jobsetExpression` and
 * `addCheckout`, and `cancelled`.
 */
export async function evaluateAsHydra(
  context: EvaluationContext,
  params: HydraJobsetParams,
  signal: AbortSignal,
): Promise<Outcome<HydraDryEvaluation>> {
  const { assets, toolchain, storageDir } = context;
  const found = await jobsetExpression(context, params, signal);
  if ("problem" in found) return found;
  const { network, repository, root, jobset, expressionPath, files, tools } = found.value;
  const [checkout, own] = await Promise.all([
    addCheckout(toolchain.nix, repository, files, storageDir, signal),
    evaluateHere(context, params, found.value, signal),
  ]);
  if ("problem" in checkout) return checkout;
  if ("problem" in own) return own;
  const nixpkgs = await nixpkgsOf(context, own.value, network);
  const inputs = { network: checkout.value, ...(nixpkgs !== undefined && { nixpkgs }) };
  const evaluated = await evaluateHydraJobs(
    toolchain.nix,
    assets,
    {
      path: `network/${expressionPath}`,
      inputs,
      searched: { "morph/data": path.dirname(tools.evaluator.path) },
      readStderr: stderr => stderr.replaceAll(checkout.value, jsonText(root)),
    },
    network,
    signal,
  );
  const explained = explainer(context, params, root);
  const shown = {
    jobset,
    expressionPath,
    files,
    inputs: { ...inputs, network: root, morph: tools.evaluator.path },
  };
  if ("problem" in evaluated) {
    if (evaluated.problem.code === "cancelled") return evaluated;
    return { value: { ...shown, jobs: [], problem: await explained(evaluated.problem) } };
  }
  const machineOf = new Map(params.machines.map(machine => [jobName(machine), machine]));
  const jobs: HydraJob[] = [];
  for (const each of evaluated.value) {
    const machine = machineOf.get(each.job);
    if ("problem" in each) jobs.push({ job: each.job, machine, problem: await explained(each.problem, machine) });
    else jobs.push({ ...each, machine, isSame: isSame(own.value, machine, each.drvPath) });
  }
  const missing = params.machines.filter(machine => !jobs.some(({ job }) => job === jobName(machine)));
  return { value: { ...shown, jobs, ...(missing.length > 0 && { problem: noJob(missing, expressionPath) }) } };
}

/** Evaluates the machines as Morph does. */
function evaluateHere(
  context: EvaluationContext,
  { uri, machines }: HydraJobsetParams,
  { network }: JobsetExpression,
  signal: AbortSignal,
): Promise<Outcome<readonly MachineEvaluation[]>> {
  const { evaluator, evaluationMemory: memory } = context.settings();
  return evaluateAll(context.toolchain.nix, context.assets, {
    network,
    machines,
    evaluator,
    memory,
    processors: availableParallelism(),
    locationOf: machine => locationOf(context, uri, machine),
    signal,
    didFindNames: () => undefined,
    didEvaluate: () => undefined,
  });
}

/** Undefined if unknown. */
function isSame(own: readonly MachineEvaluation[], machine: string | undefined, drvPath: string): boolean | undefined {
  const evaluation = own.find(each => each.machine === machine);
  return evaluation !== undefined && "drvPath" in evaluation ? evaluation.drvPath === drvPath : undefined;
}

/** The nixpkgs that the machines use, or else the one in Nix's search path. */
async function nixpkgsOf(
  { toolchain }: EvaluationContext,
  own: readonly MachineEvaluation[],
  network: string,
): Promise<string | undefined> {
  const used = own.flatMap(each => ("drvPath" in each ? (each.provenance.nixpkgs?.path ?? []) : [])).find(existsSync);
  if (used !== undefined) return realpath(used);
  const end = await toolchain.nix.run("nix-instantiate", ["--find-file", "nixpkgs"], { cwd: path.dirname(network) });
  const found = end.kind === "exited" && end.code === 0 ? end.stdout.trim() : "";
  return existsSync(found) ? realpath(found) : undefined;
}

/** Explains problems that only Hydra has, and finds their places in the workspace. */
function explainer(
  context: EvaluationContext,
  { uri }: HydraJobsetParams,
  root: string,
): (problem: Problem, machine?: string) => Promise<Problem> {
  const placed = placedIn(context, { uri });
  return async (found, machine) => {
    const problem = await placed(found, machine);
    const text = `${problem.message}\n${problem.detail ?? ""}`;
    const refusal = refusalIn(text);
    if (refusal !== undefined) return refusalProblem(refusal, problem);
    const ignored = ignoredFileIn(text, root);
    return ignored === undefined ? problem : { ...problem, code: "hydra-restricted", message: ignored };
  };
}

/** A file that exists here, but not in the checkout. */
function ignoredFileIn(text: string, root: string): string | undefined {
  const missing = /'([^'\n]+)'(?: does not exist|: No such file or directory)/.exec(text)?.[1];
  if (missing === undefined || !missing.startsWith(root) || !existsSync(missing)) return undefined;
  return l10n.t("Hydra does not have {0}: git ignores it.", path.relative(root, missing));
}

function noJob(machines: readonly string[], expressionPath: string): Problem {
  const names = machines.join(", ");
  return errorProblem("hydra-no-job", l10n.t("{0} has no job for {1}.", expressionPath, names));
}

/** A text as it is in a string of JSON. */
function jsonText(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
