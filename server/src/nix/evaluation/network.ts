import path from "node:path";
import type { Location } from "vscode-languageserver-types";
import type { Outcome } from "../../outcome.ts";
import type { MachineEvaluation, Problem } from "../../protocol.ts";
import { type Nix, processProblem } from "../nix.ts";
import type { ProcessEnd } from "../process.ts";
import { noDerivation, parseAnswer, parseNames } from "./answer.ts";
import type { NixAssets } from "./assets.ts";
import { type ChunkContext, evaluateChunk } from "./chunk.ts";
import { ChunkSizes, chunksOf, planChunks } from "./chunks.ts";
import { evaluationProblem } from "./error.ts";
import {
  attributePath,
  type EvaluationTools,
  evaluatedMachine,
  evaluationArguments,
  evaluationTools,
} from "./evaluation.ts";

export interface EvaluateAllRequest {
  /** Path of the network file. */
  readonly network: string;
  /** Those to evaluate; absent: all that the network has. */
  readonly machines?: readonly string[] | undefined;
  /** Setting `morph.evaluator`. */
  readonly evaluator: string;
  /** For all processes together (MiB). */
  readonly memory: number;
  /** How many processes may run at once. */
  readonly processors: number;
  /** Where a machine stands in the network file, for errors that name no place. */
  readonly locationOf: (machine: string) => Location | undefined;
  readonly signal: AbortSignal;
  /** Gets what they are evaluated with, before any of them is. */
  readonly didFindTools?: (tools: EvaluationTools) => void;
  /** Gets the machines' names once they are known. */
  readonly didFindNames: (names: readonly string[]) => void;
  /** Gets each machine as soon as it is evaluated. */
  readonly didEvaluate: (evaluation: MachineEvaluation) => void;
}

/**
 * Evaluates machines of a network, in chunks side by side. A machine that fails gives its own problem and takes none of the
 * others along. Nothing is kept from garbage collection. Problems: `no-nix`, `no-evaluator`, `evaluation-failed` when not even
 * the names can be told, `cancelled`.
 */
export async function evaluateAll(
  nix: Nix,
  assets: NixAssets,
  request: EvaluateAllRequest,
): Promise<Outcome<readonly MachineEvaluation[]>> {
  const { network, signal } = request;
  const tools = await evaluationTools(nix, request.evaluator, assets.evaluator, network);
  if ("problem" in tools) return tools;
  request.didFindTools?.(tools.value);
  const context: ChunkContext = { nix, assets, tools: tools.value, network, signal };
  const names = request.machines === undefined ? await machineNames(context) : { value: request.machines };
  if ("problem" in names) return names;
  request.didFindNames(names.value);
  const evaluated = new Map<string, MachineEvaluation>();
  const give = (evaluation: MachineEvaluation) => {
    evaluated.set(evaluation.machine, evaluation);
    request.didEvaluate(evaluation);
  };
  const plan = planChunks(names.value.length, request.memory, request.processors);
  const sizes = new ChunkSizes(plan, request.memory);
  const rest = [...names.value];
  /** Parts of chunks that did not come to their end. */
  const queue: string[][] = [];
  const next = () => queue.shift() ?? rest.splice(0, sizes.next);
  /** Machines that were killed with a process of their own while others ran beside it. */
  const killed: string[] = [];
  const work = async () => {
    for (let chunk = next(); chunk.length > 0 && !signal.aborted; chunk = next()) {
      const { again, allocated } = await runChunk(context, request, chunk, give, machine => killed.push(machine));
      queue.unshift(...again);
      if (allocated !== undefined) sizes.didFinish(chunk.length, allocated, rest.length);
    }
  };
  await Promise.all(Array.from({ length: plan.processes }, work));
  // Now nothing else takes memory.
  for (const machine of signal.aborted ? [] : killed) await runChunk(context, request, [machine], give);
  if (signal.aborted) return { problem: processProblem({ kind: "cancelled" }) };
  return { value: names.value.flatMap(name => evaluated.get(name) ?? []) };
}

async function machineNames({
  nix,
  assets,
  tools,
  network,
  signal,
}: ChunkContext): Promise<Outcome<readonly string[]>> {
  const args = evaluationArguments(assets.machineNames, tools.evaluator.path, network);
  const end = await nix.run("nix-instantiate", args, { cwd: path.dirname(network), signal });
  if (end.kind !== "exited") return { problem: processProblem(end) };
  if (end.code !== 0) return { problem: evaluationProblem(end.stderr) };
  const names = parseNames(end.stdout);
  return names === undefined ? { problem: { ...processProblem(end), detail: end.stdout } } : { value: names };
}

/**
 * Evaluates a chunk. Gives the chunks that are still to be evaluated after it.
 *
 * @param putOff takes a machine that was killed alone; without it that is the machine's problem.
 */
async function runChunk(
  context: ChunkContext,
  request: EvaluateAllRequest,
  chunk: readonly string[],
  give: (evaluation: MachineEvaluation) => void,
  putOff?: (machine: string) => void,
): Promise<{ readonly again: string[][]; readonly allocated?: number | undefined }> {
  let last = Date.now();
  const { assets, tools, network } = context;
  const args = [
    ...evaluationArguments(assets.evaluateMany, tools.evaluator.path, network),
    ...["--argstr", "machines", JSON.stringify(chunk), "--argstr", "attribute", attributePath()],
  ];
  const { end, left, allocated } = await evaluateChunk(context, chunk, args, parseAnswer, (machine, answer) => {
    const duration = Date.now() - last;
    last += duration;
    give(evaluatedMachine(machine, answer, tools, duration));
  });
  const [machine, ...others] = left;
  if (machine === undefined || end.kind === "cancelled") return { again: [], allocated };
  if (end.kind === "killed") {
    // Perhaps memory ran out: then half as many at once may do, or one while nothing else runs.
    if (others.length > 0) return { again: chunksOf(left, Math.ceil(left.length / 2)) };
    if (putOff !== undefined) {
      putOff(machine);
      return { again: [] };
    }
  }
  give({ machine, problem: problemOf(end, machine, request.locationOf(machine)) });
  return { again: others.length === 0 ? [] : [others] };
}

function problemOf(end: ProcessEnd, machine: string, location: Location | undefined): Problem {
  if (end.kind !== "exited") return processProblem(end);
  return end.code === 0 ? noDerivation(machine, location) : evaluationProblem(end.stderr, location);
}
