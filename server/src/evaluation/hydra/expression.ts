import { readFile, realpath } from "node:fs/promises";
import path from "node:path";
import * as l10n from "@vscode/l10n";
import { URI } from "vscode-uri";
import { defaultFileName } from "../../common/entered/jobsets.ts";
import {
  defaultFile,
  type ExpressionPaths,
  isDefaultFileOfOther,
  isJobsetFile,
  jobsetFile,
} from "../../hydra/expression/files.ts";
import { jobsetName, jobsetOfSeveral, sameJobs } from "../../hydra/expression/names.ts";
import { type EvaluationTools, evaluationTools } from "../../nix/evaluation/evaluation.ts";
import { errorProblem, type Outcome } from "../../outcome.ts";
import type { HydraFile, HydraJobsetParams } from "../../protocol.ts";
import { isWithin, pathOf } from "../../workspace/paths.ts";
import type { EvaluationContext } from "../context.ts";
import { notAFile } from "../machine.ts";
import { type Repository, readRepository } from "./repository.ts";

/** The expression of a jobset: its files, as they are and as they should be. */
export interface JobsetExpression {
  /** Path of the network file. */
  readonly network: string;
  readonly repository: Repository;
  /** The root of the repository as the path of the network leads there, perhaps over links. */
  readonly root: string;
  readonly jobset: string;
  /** Relative to the root of the repository, with `/`. */
  readonly expressionPath: string;
  readonly files: readonly HydraFile[];
  readonly tools: EvaluationTools;
  /** Whether the evaluator is a file of the repository; else the jobset has an input `morph`. */
  readonly hasOwnEvaluator: boolean;
}

/** The most that is read of a file (UTF-16 units). */
const maxLength = 1024 * 1024;

/**
 * Finds what the jobset of machines needs in the repository. Writes nothing. Problems: `not-a-file`, `no-git`, `no-repository`,
 * `hydra-same-job`, `no-nix`, `no-evaluator`.
 */
export async function jobsetExpression(
  context: EvaluationContext,
  { uri, machines, jobset: named }: HydraJobsetParams,
  signal: AbortSignal,
): Promise<Outcome<JobsetExpression>> {
  const network = pathOf(uri);
  if (network === undefined) return { problem: notAFile(uri) };
  const [same] = sameJobs(machines);
  if (same !== undefined) return { problem: sameJob(same) };
  const { nix } = context.toolchain;
  const [repository, tools] = await Promise.all([
    readRepository(nix, path.dirname(network), signal),
    evaluationTools(nix, context.settings().evaluator, context.assets.evaluator, network),
  ]);
  if ("problem" in repository) return repository;
  if ("problem" in tools) return tools;
  // Git follows links, and so does Nix.
  const linked = path.dirname(network);
  const root = path.resolve(linked, path.relative(await realpath(linked), repository.value.root));
  const folder = path.join(linked, "hydra");
  const evaluator = await evaluatorIn(root, repository.value.root, tools.value.evaluator.path);
  const hasOwnEvaluator = evaluator !== undefined;
  const paths = {
    network: relativePath(folder, network),
    evaluator: evaluator && relativePath(folder, evaluator),
  };
  const [only = "", ...others] = machines;
  const jobset = named ?? (others.length === 0 ? jobsetName(only) : jobsetOfSeveral);
  const file = path.join(folder, `${jobset}.nix`);
  const shared = await sharedFile(path.join(folder, defaultFileName), root, paths);
  const text = jobsetFile(machines, shared.isOfOther ? paths.network : undefined);
  return {
    value: {
      network,
      repository: repository.value,
      root,
      jobset,
      expressionPath: relativePath(root, file),
      files: [shared.file, hydraFile(file, root, text, stateOf(await read(file), text))],
      tools: tools.value,
      hasOwnEvaluator,
    },
  };
}

/** The evaluator as a path below `root`, if it is a file of the repository. */
async function evaluatorIn(root: string, realRoot: string, evaluator: string): Promise<string | undefined> {
  const relative = path.relative(realRoot, await realpath(evaluator));
  const file = path.join(root, relative);
  return isWithin(file, root) ? file : undefined;
}

/** `default.nix`, which may have been written for another network. */
async function sharedFile(
  file: string,
  root: string,
  paths: ExpressionPaths,
): Promise<{ readonly file: HydraFile; readonly isOfOther: boolean }> {
  const [text, found] = [defaultFile(paths), await read(file)];
  const isOfOther = found !== undefined && isDefaultFileOfOther(found, paths);
  if (isOfOther) return { file: hydraFile(file, root, found, "same"), isOfOther };
  const state = found === undefined ? "missing" : found === text ? "same" : "other";
  return { file: hydraFile(file, root, text, state), isOfOther };
}

function stateOf(found: string | undefined, text: string): HydraFile["state"] {
  if (found === undefined) return "missing";
  if (found.trim() === text.trim()) return "same";
  return isJobsetFile(found) ? "outdated" : "other";
}

function hydraFile(file: string, root: string, text: string, state: HydraFile["state"]): HydraFile {
  return { uri: URI.file(file).toString(), path: relativePath(root, file), text, state };
}

/** With `/`, and from a folder itself with `./`. */
function relativePath(folder: string, file: string): string {
  return path.relative(folder, file).replaceAll(path.sep, "/");
}

/** Undefined: there is no such file. */
async function read(file: string): Promise<string | undefined> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  return text?.slice(0, maxLength);
}

function sameJob(machines: readonly string[]) {
  const names = machines.join(", ");
  return errorProblem(
    "hydra-same-job",
    machines.length > 1
      ? l10n.t("{0} would have the same job on Hydra: a job's name has only letters, digits, '-' and '_'.", names)
      : l10n.t("{0} would have the name of the job for all machines. Create its jobset separately.", names),
  );
}
