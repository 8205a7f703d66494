import path from "node:path";
import { maskText } from "../../logging/secrets.ts";
import type { Outcome } from "../../outcome.ts";
import type { EvaluatedMachine, Evaluation } from "../../protocol.ts";
import { type Nix, processProblem } from "../nix.ts";
import type { NixOptions } from "../nixOptions.ts";
import { nixVersion } from "../version.ts";
import type { Answer } from "./answer.ts";
import type { NixAssets } from "./assets.ts";
import { type Evaluator, findEvaluator } from "./evaluator.ts";

/** An evaluation and what is needed to build it. */
export interface BuildableEvaluation extends Evaluation {
  /** The network's `nixConfig`. It may contain secrets, so it is never sent to a client. */
  readonly nixConfig?: NixOptions | undefined;
  /** Identifies the text of all files that the network was read from, as it was before the evaluation. */
  readonly revision?: string | undefined;
}

/** The toolchain that evaluates machines. */
export interface EvaluationTools {
  readonly nixVersion: string;
  readonly nixPath: string;
  readonly evaluator: Evaluator;
}

/**
 * Determines the toolchain that evaluates a network's machines. Problems: `no-nix`, `no-evaluator`.
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

/**
 * The arguments for `nix-instantiate` to evaluate one of our expressions for a network.
 *
 * @param mode whether derivations are written to the store.
 */
export function evaluationArguments(
  expression: string,
  evaluator: string,
  network: string,
  mode: "read-only" | "read-write" = "read-write",
): string[] {
  return [
    ...["--eval", "--strict", "--json", ...(mode === "read-write" ? ["--read-write-mode"] : [])],
    // With the whole trace: the place in the user's text is often not where the error is raised.
    ...["--log-format", "internal-json", "--show-trace", expression],
    ...["--argstr", "evaluator", evaluator, "--argstr", "network", network],
  ];
}

/**
 * The options of the network's `nixConfig` that Morph would pass on. Empty if it cannot be evaluated: then Morph refuses the
 * network, which `deployment.ts` reports.
 */
export async function networkNixConfig(
  nix: Nix,
  { nixConfig }: NixAssets,
  evaluator: string,
  network: string,
  signal?: AbortSignal,
): Promise<NixOptions> {
  const args = evaluationArguments(nixConfig, evaluator, network);
  const end = await nix.run("nix-instantiate", args, { cwd: path.dirname(network), signal });
  if (end.kind !== "exited" || end.code !== 0) return {};
  try {
    const found: unknown = JSON.parse(end.stdout);
    const options = typeof found === "object" && found !== null ? Object.entries(found) : [];
    return Object.fromEntries(options.filter((option): option is [string, string] => typeof option[1] === "string"));
  } catch {
    return {};
  }
}

/** Converts a dotted path below a machine's `config` to the form that our expressions expect. */
export function attributePath(attribute = "system.build.toplevel"): string {
  return JSON.stringify(attribute.split("."));
}

/** @param duration in milliseconds. */
export function evaluatedMachine(
  machine: string,
  { system, buildSystem, drvPath, output, nixpkgs, trust }: Answer,
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
    ...(trust && { trust: { ...trust, caches: trust.caches.map(maskText) } }),
    duration,
  };
}
