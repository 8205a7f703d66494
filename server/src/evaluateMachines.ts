import { availableParallelism } from "node:os";
import { Slots } from "./builds/slots.ts";
import { evaluate, locationOf, notAFile } from "./evaluateMachine.ts";
import { keepAndPlan } from "./nix/evaluate.ts";
import { evaluateAll } from "./nix/evaluateAll.ts";
import { processProblem } from "./nix/nix.ts";
import type { Outcome } from "./outcome.ts";
import type { Evaluation, MachineEvaluation, Problem } from "./protocol.ts";
import { pathOf } from "./workspace/networkFiles.ts";
import type { WorldParts } from "./worldParts.ts";

type Give = (outcome: Outcome<Evaluation> | PromiseLike<Outcome<Evaluation>>) => void;

/**
 * Evaluates some machines of a network together, as they all are now: what they share is evaluated once for those of a process.
 * Each is there as soon as it is evaluated, kept and planned; one that fails takes no other along.
 *
 * @param roots machine -> where to keep its derivation.
 */
export function evaluateMachines(
  parts: WorldParts,
  uri: string,
  roots: ReadonlyMap<string, string>,
  signal: AbortSignal,
): ReadonlyMap<string, Promise<Outcome<Evaluation>>> {
  const givers = new Map<string, Give>();
  const promises = [...roots.keys()].map(
    machine => [machine, new Promise<Outcome<Evaluation>>(resolve => givers.set(machine, resolve))] as const,
  );
  void evaluateInto(parts, uri, roots, signal, givers).then(problem => {
    for (const give of givers.values()) give({ problem });
  });
  return new Map(promises);
}

/** Gives each machine what came of it. Resolves with what has kept the others from being evaluated. */
async function evaluateInto(
  parts: WorldParts,
  uri: string,
  roots: ReadonlyMap<string, string>,
  signal: AbortSignal,
  givers: ReadonlyMap<string, Give>,
): Promise<Problem> {
  const network = pathOf(uri);
  if (network === undefined) return notAFile(uri);
  const stamp = await parts.networks.stampOnDisk(uri);
  const slots = new Slots(availableParallelism);
  const plan = async (evaluation: MachineEvaluation): Promise<Outcome<Evaluation>> => {
    if (!("drvPath" in evaluation)) return { problem: evaluation.problem };
    const { machine } = evaluation;
    parts.evaluated.remember(uri, evaluation, stamp);
    const root = roots.get(machine);
    await slots.take(machine, signal);
    const planned = await keepAndPlan(parts.toolchain.nix, parts.assets, evaluation, { network, root, signal });
    slots.release(machine);
    return planned === "not kept" ? evaluate(parts, { uri, machine }, signal, root) : planned;
  };
  const { evaluator, evaluationMemory: memory } = parts.settings();
  const end = await evaluateAll(parts.toolchain.nix, parts.assets, {
    network,
    machines: [...roots.keys()],
    evaluator,
    memory,
    processors: availableParallelism(),
    locationOf: machine => locationOf(parts, uri, machine),
    signal,
    didFindNames: () => undefined,
    didEvaluate: evaluation => givers.get(evaluation.machine)?.(plan(evaluation)),
  });
  parts.networkDidChange(uri);
  void parts.evaluated.save(uri);
  return "problem" in end ? end.problem : processProblem({ kind: "cancelled" });
}
