import { randomBytes } from "node:crypto";
import path from "node:path";
import { parseEventLine } from "../events/events.ts";
import type { Nix, RunOptions } from "../nix.ts";
import type { ProcessEnd } from "../process.ts";
import type { NixAssets } from "./assets.ts";
import type { EvaluationTools } from "./evaluation.ts";

/** What evaluating a chunk of a network's machines needs. */
export interface ChunkContext {
  readonly nix: Nix;
  readonly assets: NixAssets;
  readonly tools: EvaluationTools;
  /** Path of the network file. */
  readonly network: string;
  readonly signal: AbortSignal;
}

/** How a chunk ended: the items before the one that ended it have been reported. */
export interface ChunkEnd<Item> {
  readonly end: ProcessEnd;
  /** The items without an answer: the process ended while evaluating the first of them. */
  readonly left: readonly Item[];
  /** What Nix allocated in total, if it reports that (MiB). */
  readonly allocated?: number | undefined;
}

/**
 * Evaluates some items in one process, in order, and reports each answer as soon as it arrives.
 *
 * @param args arguments of nix-instantiate: an expression that traces the answers, each preceded by the text that it gets as
 * `mark`.
 * @param read parses an answer; undefined if it is malformed.
 */
export async function evaluateChunk<Item, Answer>(
  { nix, network, signal }: Pick<ChunkContext, "nix" | "network" | "signal">,
  items: readonly Item[],
  args: readonly string[],
  read: (json: string) => Answer | undefined,
  onAnswer: (item: Item, answer: Answer) => void,
  run: Pick<RunOptions, "timeout" | "background" | "env"> = {},
): Promise<ChunkEnd<Item>> {
  const mark = `${randomBytes(16).toString("hex")}:`;
  let answered = 0;
  let isLost = false;
  const onStderrLine = (line: string) => {
    const item = items[answered];
    if (item === undefined || isLost || !line.includes(mark)) return;
    const answer = answerIn(line, mark, read);
    // The answers carry no names: after one that cannot be read, it is unknown which item the next one belongs to.
    if (answer === undefined) {
      isLost = true;
      return;
    }
    answered++;
    onAnswer(item, answer);
  };
  const end = await nix.run("nix-instantiate", [...args, "--argstr", "mark", mark], {
    ...run,
    cwd: path.dirname(network),
    signal,
    onStderrLine,
    env: { ...run.env, NIX_SHOW_STATS: "1" },
  });
  return { end, left: items.slice(answered), allocated: allocatedIn(end) };
}

/** Nix's statistics (`EvalState::printStats`) at the end of an evaluation: `"gc": { "heapSize": ..., "totalBytes": ... }`. */
function allocatedIn(end: ProcessEnd): number | undefined {
  if (end.kind !== "exited" || end.code !== 0) return undefined;
  const bytes = /"totalBytes":\s*(\d+)/.exec(end.stderr.slice(-10_000))?.[1];
  return bytes === undefined ? undefined : Number(bytes) / 1024 ** 2;
}

/** `trace: <mark><JSON>` in a message of the event stream. A truncated write contains no answer. */
function answerIn<Answer>(line: string, mark: string, read: (json: string) => Answer | undefined): Answer | undefined {
  const event = parseEventLine(line);
  if (event.action !== "message" && event.action !== "text") return undefined;
  return read(event.text.slice(event.text.indexOf(mark) + mark.length));
}
