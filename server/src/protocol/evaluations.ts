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
  /** Absent if it cannot be evaluated, and in records of earlier versions. */
  readonly trust?: MachineTrust | undefined;
  /** Milliseconds. */
  readonly duration: number;
}

/** What a machine's own configuration says about the paths that it accepts into its store. */
export interface MachineTrust {
  /** Its `trusted-public-keys`. */
  readonly keys: readonly string[];
  /** Its `substituters`, without logins. */
  readonly caches: readonly string[];
  /** Its `trusted-users`. */
  readonly users: readonly string[];
  /** Its `require-sigs`. */
  readonly requiresSignatures: boolean;
  /** Morph's `deployment.targetUser`; empty: as ssh decides. */
  readonly login: string;
  /** Morph's `deployment.substituteOnDestination`. */
  readonly substitutes: boolean;
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
  /** What signatures make of it. Absent if there is nothing to fetch, or if the caches took too long to answer. */
  readonly sources?: PlanSources | undefined;
  /**
   * How long Nix remembers that its caches lack what is to be built, because this plan made it ask them (seconds). Absent if that
   * could be avoided: only a daemon keeps its own memory.
   */
  readonly missesRememberedFor?: number | undefined;
}

/** Where the parts of a result come from if Nix accepts only what a trusted key has signed, which its dry run does not check. */
export interface PlanSources {
  /** The number of derivations to build. */
  readonly build: number;
  /** The number of paths to fetch from each cache, by the key that signed them; without a key: they need no signature. */
  readonly fetch: readonly { readonly cache: string; readonly key?: string | undefined; readonly paths: number }[];
  /** Paths that a cache has, but that Nix does not accept from it: it builds them instead. */
  readonly refused: readonly RefusedPaths[];
  /** The number of paths that may be in a cache that did not answer. Their derivations are among those to build. */
  readonly unknown: number;
  /** Set if the result can be fetched as a whole, without building anything: the cache that has the output path, and its key. */
  readonly output?: { readonly cache: string; readonly key?: string | undefined } | undefined;
}

/** Paths of one cache that Nix does not accept for the same reason. */
export interface RefusedPaths {
  readonly cache: string;
  readonly status: "untrusted" | "invalid" | "unsigned";
  /** The key that has signed them. */
  readonly key?: string | undefined;
  readonly paths: number;
  /** One of them. */
  readonly example: string;
}
