import path from "node:path";
import * as l10n from "@vscode/l10n";
import type { Location } from "vscode-languageserver-types";
import { errorProblem, type Outcome } from "../../outcome.ts";
import type { EvaluatedMachine, Plan } from "../../protocol.ts";
import { type Nix, processProblem } from "../nix.ts";
import type { NixOptions } from "../nixOptions.ts";
import { type Answer, noDerivation, parseAnswer } from "./answer.ts";
import type { NixAssets } from "./assets.ts";
import { evaluationProblem } from "./error.ts";
import {
  attributePath,
  type BuildableEvaluation,
  type EvaluationTools,
  evaluatedMachine,
  evaluationArguments,
  evaluationTools,
  networkNixConfig,
} from "./evaluation.ts";
import { ownCacheMemory, planOf } from "./plan.ts";

export interface EvaluationRequest {
  /** Path of the network file. */
  readonly network: string;
  readonly machine: string;
  /** Where the derivation is, below the machine's `config`. Default: `system.build.toplevel`. */
  readonly attribute?: string | undefined;
  /** Setting `morph.evaluator`. */
  readonly evaluator: string;
  /** Path of the GC root to create for the derivation, if any. */
  readonly root?: string | undefined;
  /** The folder in which Nix remembers, for plans only, what its caches have. */
  readonly cacheMemory: string;
  /** Position of the machine in the network file, for errors without a position. */
  readonly location?: Location | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Evaluates one machine with the evaluator that the user's Morph uses, adds a GC root for its derivation (`root`), and
 * determines the plan. Problems: `no-nix`, `no-evaluator`, `evaluation-failed` (with its position), `cancelled`, `killed`,
 * `not-kept`.
 */
export async function evaluateMachine(
  nix: Nix,
  assets: NixAssets,
  request: EvaluationRequest,
): Promise<Outcome<BuildableEvaluation>> {
  const tools = await evaluationTools(nix, request.evaluator, assets.evaluator, request.network);
  if ("problem" in tools) return tools;
  // Garbage collection between the evaluation and the creation of the root may delete the derivation: then it is evaluated
  // again.
  const first = await evaluateOnce(nix, assets, request, tools.value);
  if (first !== "not kept") return first;
  const second = await evaluateOnce(nix, assets, request, tools.value);
  if (second !== "not kept") return second;
  return {
    problem: errorProblem(
      "not-kept",
      l10n.t(
        "Cannot create a GC root for the derivation of '{0}'. Check that the folder of the build records is writable.",
        request.machine,
      ),
    ),
  };
}

async function evaluateOnce(
  nix: Nix,
  assets: NixAssets,
  request: EvaluationRequest,
  tools: EvaluationTools,
): Promise<Outcome<BuildableEvaluation> | "not kept"> {
  const started = Date.now();
  const { network, signal } = request;
  // In parallel: the machine takes far longer than the network's `nixConfig`.
  const [answer, nixConfig] = await Promise.all([
    instantiate(nix, assets, request, tools.evaluator.path),
    networkNixConfig(nix, assets, tools.evaluator.path, network, signal),
  ]);
  if ("problem" in answer) return answer;
  const machine = evaluatedMachine(request.machine, answer.value, tools, Date.now() - started);
  return keepAndPlan(nix, assets, machine, nixConfig, request);
}

/**
 * Adds a GC root for the derivation of a machine that was just evaluated (`root`), and determines its plan. `not kept`: garbage
 * collection was faster, or the root cannot be created.
 */
export async function keepAndPlan(
  nix: Nix,
  assets: NixAssets,
  machine: EvaluatedMachine,
  nixConfig: NixOptions,
  { network, root, cacheMemory, signal }: Pick<EvaluationRequest, "network" | "root" | "cacheMemory" | "signal">,
): Promise<Outcome<BuildableEvaluation> | "not kept"> {
  const run = { cwd: path.dirname(network), signal, env: ownCacheMemory(cacheMemory) };
  // In parallel: each is a process that takes longer to start than to run.
  const [isKept, plan] = await Promise.all([
    root === undefined || keep(nix, assets, machine.drvPath, root),
    planOf(nix, machine.drvPath, run, nixConfig),
  ]);
  if (!isKept) return "not kept";
  return "problem" in plan ? plan : { value: { ...machine, plan: ordered(plan.value, machine.drvPath), nixConfig } };
}

/** Puts the derivation itself last: it depends on all the others. */
function ordered(plan: Plan, drvPath: string): Plan {
  const others = plan.build.filter(drv => drv !== drvPath);
  return { ...plan, build: others.length === plan.build.length ? others : [...others, drvPath] };
}

async function instantiate(
  nix: Nix,
  assets: NixAssets,
  request: EvaluationRequest,
  evaluator: string,
): Promise<Outcome<Answer>> {
  const args = [
    ...evaluationArguments(assets.evaluate, evaluator, request.network),
    ...["--argstr", "machine", request.machine, "--argstr", "attribute", attributePath(request.attribute)],
  ];
  const end = await nix.run("nix-instantiate", args, { cwd: path.dirname(request.network), signal: request.signal });
  if (end.kind !== "exited") return { problem: processProblem(end) };
  // Checked before the output: after an error stdout contains an incomplete document.
  if (end.code !== 0) return { problem: evaluationProblem(end.stderr) };
  const answer = parseAnswer(end.stdout);
  if (answer === undefined) return { problem: noDerivation(request.machine, request.location, end.stdout) };
  return { value: answer };
}

async function keep(nix: Nix, assets: NixAssets, drvPath: string, root: string): Promise<boolean> {
  const args = [assets.root, "--argstr", "drvPath", drvPath, "--add-root", root, "--indirect"];
  const end = await nix.run("nix-instantiate", args);
  return end.kind === "exited" && end.code === 0;
}
