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
  /** The machines to evaluate; absent: all machines of the network. */
  readonly machines?: readonly string[] | undefined;
  /** Setting `morph.evaluator`. */
  readonly evaluator: string;
  /** Limit for all processes together (MiB). */
  readonly memory: number;
  /** How many processes may run in parallel. */
  readonly processors: number;
  /** Position of a machine in the network file, for errors without a position. */
  readonly locationOf: (machine: string) => Location | undefined;
  readonly signal: AbortSignal;
  /** Gets the toolchain before the first evaluation. */
  readonly didFindTools?: (tools: EvaluationTools) => void;
  /** Gets the machines' names once they are known. */
  readonly didFindNames: (names: readonly string[]) => void;
  /** Gets each machine as soon as it is evaluated. */
  readonly didEvaluate: (evaluation: MachineEvaluation) => void;
}

/**
 * Evaluates machines of a network in parallel chunks. A machine that fails has its own problem and does not affect the others.
 * No GC roots are added. Problems: `no-nix`, `no-evaluator`, `evaluation-failed` if not even the names can be evaluated,
 * `cancelled`.
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
  const report = (evaluation: MachineEvaluation) => {
    evaluated.set(evaluation.machine, evaluation);
    request.didEvaluate(evaluation);
  };
  const plan = planChunks(names.value.length, request.memory, request.processors);
  const sizes = new ChunkSizes(plan, request.memory);
  const rest = [...names.value];
  /** The remaining machines of chunks that ended early. */
  const queue: string[][] = [];
  const next = () => queue.shift() ?? rest.splice(0, sizes.next);
  /** Machines whose process was killed although it evaluated nothing else, while other processes ran. */
  const killed: string[] = [];
  const work = async () => {
    for (let chunk = next(); chunk.length > 0 && !signal.aborted; chunk = next()) {
      const { again, allocated } = await runChunk(context, request, chunk, report, machine => killed.push(machine));
      queue.unshift(...again);
      if (allocated !== undefined) sizes.didFinish(chunk.length, allocated, rest.length);
    }
  };
  await Promise.all(Array.from({ length: plan.processes }, work));
  // Now no other process uses memory.
  for (const machine of signal.aborted ? [] : killed) await runChunk(context, request, [machine], report);
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
 * Evaluates a chunk. Returns the chunks that remain to be evaluated.
 *
 * @param putOff postpones a machine whose process was killed although it evaluated nothing else; without it that is the
 * machine's problem.
 */
async function runChunk(
  context: ChunkContext,
  request: EvaluateAllRequest,
  chunk: readonly string[],
  report: (evaluation: MachineEvaluation) => void,
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
    report(evaluatedMachine(machine, answer, tools, duration));
  });
  const [machine, ...others] = left;
  if (machine === undefined || end.kind === "cancelled") return { again: [], allocated };
  if (end.kind === "killed") {
    // Perhaps memory ran out: then half as many machines may work, or one while nothing else runs.
    if (others.length > 0) return { again: chunksOf(left, Math.ceil(left.length / 2)) };
    if (putOff !== undefined) {
      putOff(machine);
      return { again: [] };
    }
  }
  report({ machine, problem: problemOf(end, machine, request.locationOf(machine)) });
  return { again: others.length === 0 ? [] : [others] };
}

function problemOf(end: ProcessEnd, machine: string, location: Location | undefined): Problem {
  if (end.kind !== "exited") return processProblem(end);
  return end.code === 0 ? noDerivation(machine, location) : evaluationProblem(end.stderr);
}
