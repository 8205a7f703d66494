import { availableParallelism } from "node:os";
import { type BuildableEvaluation, networkNixConfig } from "../nix/evaluation/evaluation.ts";
import { keepAndPlan } from "../nix/evaluation/machine.ts";
import { evaluateAll } from "../nix/evaluation/network.ts";
import { cacheMemoryIn } from "../nix/evaluation/plan.ts";
import { processProblem } from "../nix/nix.ts";
import type { NixOptions } from "../nix/nixOptions.ts";
import type { Outcome } from "../outcome.ts";
import type { MachineEvaluation, Problem } from "../protocol.ts";
import { Slots } from "../util/slots.ts";
import { pathOf } from "../workspace/paths.ts";
import type { EvaluationContext } from "./context.ts";
import { evaluate, locationOf, notAFile, placedIn } from "./machine.ts";
import { withSources } from "./sources.ts";

/** If the evaluation failed, `revision` is the stamp of the text that it read. */
type Evaluated = Outcome<BuildableEvaluation> & { readonly revision?: string | undefined };

type Settle = (outcome: Evaluated | PromiseLike<Evaluated>) => void;

/**
 * Evaluates some machines of a network together, all from the same text: machines in the same process share what they have in
 * common. Each promise resolves once its machine is evaluated, kept and planned; one that fails does not affect the others.
 *
 * @param roots machine -> where to keep its derivation.
 */
export function evaluateMachines(
  context: EvaluationContext,
  uri: string,
  roots: ReadonlyMap<string, string>,
  signal: AbortSignal,
): ReadonlyMap<string, Promise<Evaluated>> {
  const settlers = new Map<string, Settle>();
  const promises = [...roots.keys()].map(
    machine => [machine, new Promise<Evaluated>(resolve => settlers.set(machine, resolve))] as const,
  );
  void evaluateInto(context, uri, roots, signal, settlers).then(failed => {
    for (const settle of settlers.values()) settle(failed);
  });
  return new Map(promises);
}

/** Settles the promise of each machine. Resolves with the problem that prevented the remaining ones from being evaluated. */
async function evaluateInto(
  context: EvaluationContext,
  uri: string,
  roots: ReadonlyMap<string, string>,
  signal: AbortSignal,
  settlers: ReadonlyMap<string, Settle>,
): Promise<{ readonly problem: Problem; readonly revision?: string | undefined }> {
  const network = pathOf(uri);
  if (network === undefined) return { problem: notAFile(uri) };
  const stamp = await context.networks.stampOnDisk(uri);
  const slots = new Slots(availableParallelism);
  const placed = placedIn(context, { uri });
  let nixConfig: Promise<NixOptions> = Promise.resolve({});
  const plan = async (evaluation: MachineEvaluation): Promise<Evaluated> => {
    if (!("drvPath" in evaluation))
      return { problem: await placed(evaluation.problem, evaluation.machine), revision: stamp };
    const { machine } = evaluation;
    context.evaluated.remember(uri, evaluation, stamp);
    const root = roots.get(machine);
    await slots.take(machine, signal);
    const kept = { network, root, cacheMemory: cacheMemoryIn(context.storageDir), signal };
    const planned = await keepAndPlan(context.toolchain.nix, context.assets, evaluation, await nixConfig, kept);
    slots.release(machine);
    if (planned === "not kept") return evaluate(context, { uri, machine }, signal, root);
    if ("problem" in planned) return planned;
    return { value: await withSources(context, { uri }, { ...planned.value, revision: stamp }, signal) };
  };
  const { evaluator, evaluationMemory: memory } = context.settings();
  const end = await evaluateAll(context.toolchain.nix, context.assets, {
    network,
    machines: [...roots.keys()],
    evaluator,
    memory,
    processors: availableParallelism(),
    locationOf: machine => locationOf(context, uri, machine),
    signal,
    didFindTools: ({ evaluator: { path } }) => {
      nixConfig = networkNixConfig(context.toolchain.nix, context.assets, path, network, signal);
    },
    didFindNames: () => undefined,
    didEvaluate: evaluation => settlers.get(evaluation.machine)?.(plan(evaluation)),
  });
  context.networkDidChange(uri);
  void context.evaluated.save(uri);
  const problem = "problem" in end ? await placed(end.problem) : processProblem({ kind: "cancelled" });
  return { problem, revision: stamp };
}
