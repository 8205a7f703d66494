import * as l10n from "@vscode/l10n";
import { errorProblem } from "../../outcome.ts";
import type { Problem } from "../../protocol.ts";
import { refusalIn, refusalProblem } from "./refusals.ts";

/** An error of an evaluation by Hydra. */
export interface JobError {
  /** Absent: the whole expression could not be evaluated. */
  readonly job?: string | undefined;
  readonly text: string;
}

/** The start of a section: `in job ‘eiffel’:`, `at top-level:`; the quotes depend on the version. */
const heading = /^(?:in job [‘'"`](.*)[’'"`]|at top-level):[ \t]*$/gm;

/** Splits Hydra's errors of an evaluation by job (`errormsg`, written by `hydra-eval-jobset`). */
export function jobErrors(text: string): readonly JobError[] {
  const found = [...text.matchAll(heading)];
  const before = text.slice(0, found[0]?.index ?? text.length).trim();
  const sections = found.map(({ 0: all, 1: job, index }, position): JobError => {
    const section = text.slice(index + all.length, found[position + 1]?.index ?? text.length).trim();
    return { ...(job !== undefined && { job }), text: section };
  });
  return [...(before === "" ? [] : [{ text: before }]), ...sections];
}

/** The error of a job, or else that of the whole expression. */
export function errorOf(job: string, text: string): JobError | undefined {
  const errors = jobErrors(text);
  return errors.find(each => each.job === job) ?? errors.find(each => each.job === undefined);
}

/** `file 'network/hydra/eiffel.nix' was not found in the Nix search path`: usually, it has not been pushed. */
const missingFile = /file '([^'/\n]+)\/([^'\n]+)' was not found in the Nix search path/;

/** An error of an evaluation as a problem: `hydra-restricted`, `hydra-import-from-derivation` or `hydra-evaluation`. */
export function evaluationProblem({ job, text }: JobError): Problem {
  const [, input, file] = missingFile.exec(text) ?? [];
  if (input !== undefined && file !== undefined)
    return errorProblem(
      "hydra-evaluation",
      l10n.t(
        "Hydra finds no {0} in the input {1}. Commit and push it, or correct the branch of the input.",
        file,
        input,
      ),
      text,
    );
  const refusal = refusalIn(text);
  if (refusal !== undefined) return { ...refusalProblem(refusal), detail: text };
  const sentence = sentenceOf(text);
  const message =
    job === undefined
      ? l10n.t("Hydra cannot evaluate the jobset: {0}", sentence)
      : l10n.t("Hydra cannot evaluate job {0}: {1}", job, sentence);
  return errorProblem("hydra-evaluation", message, text);
}

/** Nix's own message: the last `error:` that has one (since 2.19 the trace precedes it), or else the first line. */
function sentenceOf(text: string): string {
  const lines = text.split("\n").map(line => line.trim());
  const errors = lines.flatMap(line => /^error: +(.+)$/.exec(line)?.[1] ?? []);
  return errors.at(-1) ?? lines.find(line => line !== "" && line !== "error:") ?? text;
}

/** A position in a checkout of an input: `/nix/store/<hash>-source/hydra/eiffel.nix:3:5`. */
const position = /\/[0-9a-z]{32}-[^/\s:]+\/([^\s:'"«»]+\.nix):(\d+)(?::(\d+))?/g;

/** Where an error is, relative to the root of the input's repository, the innermost first. Lines and columns start at 1. */
export function positionsIn(
  text: string,
): readonly { readonly path: string; readonly line: number; readonly column: number }[] {
  const all = [...text.matchAll(position)].map(([, path = "", line, column]) => ({
    path,
    line: Number(line),
    column: Number(column ?? 1),
  }));
  return all.toReversed();
}
