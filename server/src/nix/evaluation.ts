import type { Outcome } from "../outcome.ts";
import type { EvaluatedMachine } from "../protocol.ts";
import { type Evaluator, findEvaluator } from "./evaluator.ts";
import { type Nix, processProblem } from "./nix.ts";
import { nixVersion } from "./version.ts";

/** What `answer.nix` tells of a machine. */
export interface Answer {
  readonly system: string;
  readonly buildSystem: string;
  readonly drvPath: string;
  readonly output: string;
  readonly nixpkgs: { readonly path: string; readonly revision: string | null; readonly versionSuffix: string | null };
}

/** With what machines are evaluated. */
export interface EvaluationTools {
  readonly nixVersion: string;
  readonly nixPath: string;
  readonly evaluator: Evaluator;
}

/**
 * Finds out with what machines are evaluated. Problems: `no-nix`, `no-evaluator`.
 *
 * @param network path of the network file.
 */
export async function evaluationTools(
  nix: Nix,
  setting: string,
  bundled: string,
  network: string,
): Promise<Outcome<EvaluationTools>> {
  const [version, evaluator] = await Promise.all([nixVersion(nix), findEvaluator(nix, setting, bundled, network)]);
  if (version === undefined) return { problem: processProblem({ kind: "missing", file: nix.file("nix-instantiate") }) };
  if ("problem" in evaluator) return evaluator;
  return { value: { nixVersion: version, nixPath: nix.env.NIX_PATH ?? "", evaluator: evaluator.value } };
}

/** The arguments with which `nix-instantiate` evaluates one of our expressions over a network. */
export function evaluationArguments(expression: string, evaluator: string, network: string): string[] {
  return [
    ...["--eval", "--strict", "--json", "--read-write-mode", "--log-format", "internal-json", expression],
    ...["--argstr", "evaluator", evaluator, "--argstr", "network", network],
  ];
}

/** A dotted path below a machine's `config` as our expressions take it. */
export function attributePath(attribute = "system.build.toplevel"): string {
  return JSON.stringify(attribute.split("."));
}

/** @param duration in milliseconds. */
export function evaluatedMachine(
  machine: string,
  { system, buildSystem, drvPath, output, nixpkgs }: Answer,
  { nixVersion: version, nixPath, evaluator }: EvaluationTools,
  duration: number,
): EvaluatedMachine {
  return {
    machine,
    system,
    buildSystem,
    drvPath,
    outPath: output,
    evaluator: { path: evaluator.path, origin: evaluator.origin, note: evaluator.note },
    provenance: {
      nixVersion: version,
      nixPath,
      nixpkgs: {
        path: nixpkgs.path,
        revision: nixpkgs.revision ?? undefined,
        versionSuffix: nixpkgs.versionSuffix ?? undefined,
      },
      morphVersion: evaluator.morphVersion,
    },
    duration,
  };
}
