import type { Problem } from "./problems.ts";

export type EvaluatorOrigin = "setting" | "environment" | "morph" | "nixpkgs" | "bundled";

/** What evaluating one machine of many gave. No plan: each would cost a dry run of its own, which asks every cache anew. */
export interface EvaluatedMachine {
  readonly machine: string;
  readonly system: string;
  readonly buildSystem: string;
  readonly drvPath: string;
  readonly outPath: string;
  readonly evaluator: {
    readonly path: string;
    readonly origin: EvaluatorOrigin;
    /** A sentence: why this is perhaps not what the user's `morph` evaluates with. */
    readonly note?: string | undefined;
  };
  readonly provenance: Provenance;
  /** Milliseconds. */
  readonly duration: number;
}

/** What evaluating one machine gave. */
export interface Evaluation extends EvaluatedMachine {
  readonly plan: Plan;
}

/** A machine that could not be evaluated. */
export interface FailedEvaluation {
  readonly machine: string;
  readonly problem: Problem;
}

/** One of all machines of a network: a failing one never hides the others. */
export type MachineEvaluation = EvaluatedMachine | FailedEvaluation;

/** How far `morph/evaluateAll` is. */
export interface EvaluationProgress {
  readonly uri: string;
  /** Evaluated machines, failed ones too. */
  readonly done: number;
  readonly expected: number;
}

/** With what a machine was evaluated. */
export interface Provenance {
  readonly nixVersion: string;
  readonly nixPath: string;
  readonly nixpkgs?:
    | { readonly path: string; readonly revision?: string | undefined; readonly versionSuffix?: string | undefined }
    | undefined;
  /** That of the user's `morph`, where there is one that says it. */
  readonly morphVersion?: string | undefined;
}

/** What realising a derivation would do, from Nix's dry run. It promises downloads whatever their signatures. */
export interface Plan {
  /** Paths of derivations. */
  readonly build: readonly string[];
  /** Store paths. */
  readonly fetch: readonly string[];
  readonly downloadBytes?: number | undefined;
  readonly unpackedBytes?: number | undefined;
}
