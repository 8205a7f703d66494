import type { Problem } from "./problems.ts";

export type EvaluatorOrigin = "setting" | "environment" | "morph" | "nixpkgs" | "bundled";

/** The result for one machine when many are evaluated. It has no plan: each would need a dry run that queries every cache again. */
export interface EvaluatedMachine {
  readonly machine: string;
  readonly system: string;
  readonly buildSystem: string;
  readonly drvPath: string;
  readonly outPath: string;
  readonly evaluator: {
    readonly path: string;
    readonly origin: EvaluatorOrigin;
    /** A sentence: why the user's `morph` may use a different evaluator. */
    readonly note?: string | undefined;
  };
  readonly provenance: Provenance;
  /** Milliseconds. */
  readonly duration: number;
}

/** The result of evaluating one machine. */
export interface Evaluation extends EvaluatedMachine {
  readonly plan: Plan;
}

/** A machine that could not be evaluated. */
export interface FailedEvaluation {
  readonly machine: string;
  readonly problem: Problem;
}

/** The result for one machine of a network: a machine that fails never hides the others. */
export type MachineEvaluation = EvaluatedMachine | FailedEvaluation;

/** Progress of `morph/evaluateAll`. */
export interface EvaluationProgress {
  readonly uri: string;
  /** Machines evaluated so far, including failed ones. */
  readonly done: number;
  readonly expected: number;
}

/** The toolchain that evaluated a machine. */
export interface Provenance {
  readonly nixVersion: string;
  readonly nixPath: string;
  readonly nixpkgs?:
    | { readonly path: string; readonly revision?: string | undefined; readonly versionSuffix?: string | undefined }
    | undefined;
  /** The version of the user's `morph`, if there is one that reports it. */
  readonly morphVersion?: string | undefined;
}

/** What realising a derivation would do, from Nix's dry run, which does not check the signatures of downloads. */
export interface Plan {
  /** Derivation paths. */
  readonly build: readonly string[];
  /** Store paths. */
  readonly fetch: readonly string[];
  readonly downloadBytes?: number | undefined;
  readonly unpackedBytes?: number | undefined;
}
