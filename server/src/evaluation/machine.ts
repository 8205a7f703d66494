import * as l10n from "@vscode/l10n";
import type { Location, Range } from "vscode-languageserver-types";
import type { PlannedDerivation } from "../nix/derivations/graph.ts";
import { needsOf } from "../nix/derivations/needs.ts";
import type { BuildableEvaluation } from "../nix/evaluation/evaluation.ts";
import { evaluateMachine } from "../nix/evaluation/machine.ts";
import { cacheMemoryIn } from "../nix/evaluation/plan.ts";
import { errorProblem, type Outcome } from "../outcome.ts";
import type { BuildParams, Problem } from "../protocol.ts";
import { pathOf } from "../workspace/paths.ts";
import type { EvaluationContext } from "./context.ts";
import { ErrorPlaces } from "./errorPlaces.ts";
import { withSources } from "./sources.ts";

/**
 * Evaluates a machine of a network. If that fails, `revision` is the stamp of the text that was read.
 *
 * @param root where to keep its derivation.
 */
export async function evaluate(
  context: EvaluationContext,
  params: BuildParams,
  signal: AbortSignal,
  root?: string,
): Promise<Outcome<BuildableEvaluation> & { readonly revision?: string | undefined }> {
  const network = pathOf(params.uri);
  if (network === undefined) return { problem: notAFile(params.uri) };
  const stamp = await context.networks.stampOnDisk(params.uri);
  const result = await evaluateMachine(context.toolchain.nix, context.assets, {
    network,
    machine: params.machine,
    attribute: params.attribute,
    evaluator: context.settings().evaluator,
    root,
    cacheMemory: cacheMemoryIn(context.storageDir),
    location: locationOf(context, params.uri, params.machine),
    signal,
  });
  if ("problem" in result) {
    context.log.warning(`${params.machine} was not evaluated: ${result.problem.message}`);
    return { problem: await placedIn(context, params)(result.problem, params.machine), revision: stamp };
  }
  const { evaluator, provenance, duration } = result.value;
  const morph = provenance.morphVersion === undefined ? "" : `, Morph ${provenance.morphVersion}`;
  context.log.info(
    `${params.machine} was evaluated in ${duration} ms with ${evaluator.path} (${evaluator.origin}${morph})`,
  );
  if (evaluator.note !== undefined) context.log.warning(`${params.machine}: ${evaluator.note}`);
  context.evaluated.remember(params.uri, result.value, stamp);
  context.networkDidChange(params.uri);
  void context.evaluated.save(params.uri);
  return { value: await withSources(context, params, { ...result.value, revision: stamp }, signal) };
}

/**
 * Remembers what the plan of a machine requires of builders: code lens, hover and quick pick use it to show who can build it.
 *
 * @param graph its plan. The plan of an output other than the system is ignored.
 */
export function rememberNeeds(
  context: Pick<EvaluationContext, "evaluated" | "networkDidChange">,
  { uri, attribute }: Pick<BuildParams, "uri" | "attribute">,
  { machine, revision }: BuildableEvaluation,
  graph: readonly PlannedDerivation[],
): void {
  if (attribute !== undefined || !context.evaluated.rememberNeeds(uri, machine, needsOf(graph), revision)) return;
  context.networkDidChange(uri);
  void context.evaluated.save(uri);
}

/** Where a machine is defined in its network file, if the text shows it. */
export function locationOf(
  { networks }: Pick<EvaluationContext, "networks">,
  uri: string,
  machine: string,
): Location | undefined {
  const range = networks.get(uri)?.machines.find(({ name }) => name === machine)?.selectionRange;
  return range && { uri, range };
}

/** Finds the places of the problems of one evaluation (`ErrorPlaces`). */
export function placedIn(
  context: Pick<EvaluationContext, "assets" | "isOwnFile" | "networks">,
  { uri }: Pick<BuildParams, "uri">,
): (problem: Problem, machine?: string) => Promise<Problem> {
  const places = new ErrorPlaces(context.networks, context.isOwnFile, context.assets.folder);
  return async (problem, machine) => {
    if (problem.code !== "evaluation-failed") return problem;
    const fallback = machine === undefined ? { uri, range: beginning } : locationOf(context, uri, machine);
    return places.placed(problem, uri, machine, fallback);
  };
}

const beginning: Range = { start: { line: 0, character: 0 }, end: { line: 0, character: 0 } };

/** The problem of a network that is not on a local disk. */
export function notAFile(uri: string): Problem {
  return errorProblem("not-a-file", l10n.t("{0} is not a local file.", uri));
}
