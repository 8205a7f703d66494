import { randomBytes } from "node:crypto";
import path from "node:path";
import { type Answer, parseAnswer } from "./answer.ts";
import type { NixAssets } from "./assets.ts";
import { attributePath, type EvaluationTools, evaluationArguments } from "./evaluation.ts";
import { parseEventLine } from "./events.ts";
import type { Nix } from "./nix.ts";
import type { ProcessEnd } from "./process.ts";

/** With what a chunk of a network's machines is evaluated. */
export interface ChunkContext {
  readonly nix: Nix;
  readonly assets: NixAssets;
  readonly tools: EvaluationTools;
  /** Path of the network file. */
  readonly network: string;
  readonly signal: AbortSignal;
}

/** What came of a chunk: the machines before the one that ended it have been told. */
export interface ChunkEnd {
  readonly end: ProcessEnd;
  /** The machines that have not been told: the first of them is the one that the process was at. */
  readonly left: readonly string[];
  /** What Nix allocated in all, where it says so (MiB). */
  readonly allocated?: number | undefined;
}

/** Evaluates some machines in one process, in order, and tells each as soon as it is there. */
export async function evaluateChunk(
  { nix, assets, tools, network, signal }: ChunkContext,
  machines: readonly string[],
  tell: (machine: string, answer: Answer) => void,
): Promise<ChunkEnd> {
  const mark = `${randomBytes(16).toString("hex")}:`;
  let told = 0;
  let isLost = false;
  const onStderrLine = (line: string) => {
    const machine = machines[told];
    if (machine === undefined || isLost || !line.includes(mark)) return;
    const answer = answerIn(line, mark);
    // The answers have no names: after one that cannot be read, whose the next one is would be a guess.
    if (answer === undefined) {
      isLost = true;
      return;
    }
    told++;
    tell(machine, answer);
  };
  const args = [
    ...evaluationArguments(assets.evaluateMany, tools.evaluator.path, network),
    ...["--argstr", "machines", JSON.stringify(machines), "--argstr", "attribute", attributePath()],
    ...["--argstr", "mark", mark],
  ];
  const end = await nix.run("nix-instantiate", args, {
    cwd: path.dirname(network),
    signal,
    onStderrLine,
    env: { NIX_SHOW_STATS: "1" },
  });
  return { end, left: machines.slice(told), allocated: allocatedIn(end) };
}

/** Nix's statistics (`EvalState::printStats`) at the end of an evaluation: `"gc": { "heapSize": ..., "totalBytes": ... }`. */
function allocatedIn(end: ProcessEnd): number | undefined {
  if (end.kind !== "exited" || end.code !== 0) return undefined;
  const bytes = /"totalBytes":\s*(\d+)/.exec(end.stderr.slice(-10_000))?.[1];
  return bytes === undefined ? undefined : Number(bytes) / 1024 ** 2;
}

/** `trace: <mark><JSON>` in a message of the event stream. A write that was cut short holds no answer. */
function answerIn(line: string, mark: string): Answer | undefined {
  const event = parseEventLine(line);
  if (event.action !== "message" && event.action !== "text") return undefined;
  return parseAnswer(event.text.slice(event.text.indexOf(mark) + mark.length));
}
