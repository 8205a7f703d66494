import { realpath } from "node:fs/promises";
import path from "node:path";
import * as v from "valibot";
import type { Outcome } from "../../outcome.ts";
import type { Problem } from "../../protocol.ts";
import { derivationPath } from "../../schemas/common.ts";
import { type Nix, processProblem } from "../nix.ts";
import type { NixAssets } from "./assets.ts";
import { evaluateChunk } from "./chunk.ts";
import { evaluationProblem } from "./error.ts";

/** An expression of a Hydra jobset, with what is used for the jobset's inputs. */
export interface HydraExpression {
  /** In the search path: `network/hydra/eiffel.nix`. */
  readonly path: string;
  /** Input -> its path. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Prefix in the search path -> its path, in addition to the inputs. */
  readonly searched: Readonly<Record<string, string>>;
  /** The jobs to evaluate. Default: all. */
  readonly wanted?: readonly string[] | undefined;
  /** Converts what Nix prints, whose paths are those of the inputs, before it is parsed. */
  readonly readStderr: (stderr: string) => string;
}

/** A job, or why it cannot be evaluated. What is not a derivation is not a job. */
export type EvaluatedJob = { readonly job: string } & ({ readonly drvPath: string } | { readonly problem: Problem });

/** What `hydra-jobs.nix` returns for each name. */
const answer = v.object({ drvPath: v.nullable(derivationPath) });

/**
 * Evaluates the jobs of an expression as Hydra does (`hydra-eval-jobset`): in restricted mode, without import from derivation, with
 * nothing but the inputs in the search path, and with the default of `allowed-uris`. A job that fails has its own problem.
 *
 * @param network path of the network file, in whose folder Nix runs.
 */
export async function evaluateHydraJobs(
  nix: Nix,
  assets: NixAssets,
  expression: HydraExpression,
  network: string,
  signal: AbortSignal,
): Promise<Outcome<readonly EvaluatedJob[]>> {
  const base = [...(await modeArguments(assets, expression)), assets.hydraJobs, ...expressionArguments(expression)];
  const args = (jobs: readonly string[]) => [...base, "--argstr", "jobs", JSON.stringify(jobs)];
  const run = { cwd: path.dirname(network), signal, env: { NIX_PATH: "" } };
  const listed = await nix.run("nix-instantiate", [...args([]), "--argstr", "mark", ""], run);
  if (listed.kind !== "exited") return { problem: processProblem(listed) };
  if (listed.code !== 0) return { problem: evaluationProblem(expression.readStderr(listed.stderr)) };
  const names = v.safeParse(v.pipe(v.string(), v.parseJson(), v.array(v.string())), listed.stdout);
  if (!names.success) return { problem: { ...processProblem(listed), detail: listed.stdout } };

  const evaluated: EvaluatedJob[] = [];
  const { wanted } = expression;
  let rest: readonly string[] = names.output.filter(name => wanted?.includes(name) ?? true);
  while (rest.length > 0) {
    const { end, left } = await evaluateChunk(
      { nix, network, signal },
      rest,
      args(rest),
      json => parsed(json),
      (job, { drvPath }) => void (drvPath !== null && evaluated.push({ job, drvPath })),
      { env: run.env },
    );
    const [failed, ...others] = left;
    if (failed === undefined) break;
    if (end.kind !== "exited") return { problem: processProblem(end) };
    evaluated.push({ job: failed, problem: evaluationProblem(expression.readStderr(end.stderr)) });
    rest = others;
  }
  return { value: evaluated };
}

async function modeArguments(assets: NixAssets, { inputs, searched }: HydraExpression): Promise<string[]> {
  // Ours has to be in the search path, too: no other file may be read.
  const entries = Object.entries({ ...inputs, ...searched, "morph-language-server": assets.folder });
  // Links are followed before Nix checks a path.
  const paths = await Promise.all(entries.map(async ([name, file]) => `${name}=${await realpath(file)}`));
  return [
    ...["--eval", "--strict", "--json", "--read-write-mode", "--log-format", "internal-json", "--show-trace"],
    ...["--option", "restrict-eval", "true", "--option", "allowed-uris", ""],
    ...["--option", "allow-import-from-derivation", "false"],
    ...paths.flatMap(entry => ["-I", entry]),
  ];
}

function expressionArguments({ path: expression, inputs }: HydraExpression): string[] {
  return ["--argstr", "expression", expression, "--argstr", "inputs", JSON.stringify(inputs)];
}

function parsed(json: string): v.InferOutput<typeof answer> | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), answer), json);
  return result.success ? result.output : undefined;
}
