import type { Proof } from "../../builders/proofs/proofs.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import type { BuildableEvaluation } from "../../nix/evaluation/evaluation.ts";
import type { NixOptions } from "../../nix/nixOptions.ts";
import type { Outcome } from "../../outcome.ts";
import type { Builder, BuildParams, SignatureReport } from "../../protocol.ts";
import type { FilledFolder } from "../../records/format/space.ts";
import type { HistoryLimits } from "../../retention/history.ts";
import type { LaunchSupervisor } from "../hosts/local.ts";
import type { DeploymentResult } from "../record/record.ts";

/** A call of Nix that realises a derivation. */
export interface NixCall {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The folders that it fills. */
  readonly folders: readonly FilledFolder[];
  /** The address of the builder's store in which it builds, with the settings to reach it; absent: this machine's store. */
  readonly store?: string | undefined;
}

/** The result of an evaluation. If it failed, `revision` is the stamp of the text that it read, as in `BuildableEvaluation`. */
export type EvaluationOutcome = Outcome<BuildableEvaluation> & { readonly revision?: string | undefined };

export interface SignatureCheckOptions {
  /** What the path was built from. */
  readonly evaluation?: BuildableEvaluation | undefined;
  /** Answers of caches that are remembered for a short while do not count. */
  readonly isFresh?: boolean;
}

/** What builds need from the rest of the server; `session/buildPorts.ts` is the adapter. */
export interface BuildPorts {
  /** Evaluates a machine and creates a GC root for its derivation. */
  evaluate(params: BuildParams, root: string, signal: AbortSignal): Promise<EvaluationOutcome>;
  /**
   * Evaluates several machines of a network together and creates GC roots for their derivations. Returns machine -> result.
   *
   * @param roots machine -> its GC root.
   */
  evaluateMachines(
    uri: string,
    roots: ReadonlyMap<string, string>,
    signal: AbortSignal,
  ): ReadonlyMap<string, Promise<EvaluationOutcome>>;
  /**
   * What Morph would say about the network that a build was evaluated from, with only the build's machine among the hosts;
   * undefined if unknown. Slow; runs in parallel to the build.
   */
  deployment(
    params: BuildParams,
    evaluation: BuildableEvaluation,
    signal: AbortSignal,
  ): Promise<Omit<DeploymentResult, "at"> | undefined>;
  /** Called when the plan of a machine is known. */
  didPlan(params: BuildParams, evaluation: BuildableEvaluation, graph: readonly PlannedDerivation[]): void;
  /** Called when a build has ended, with what it shows about builders. */
  didProve(proofs: readonly Proof[]): void;
  /**
   * How to call Nix to realise a derivation at a place and to create a GC root for the result. For a builder's store, it copies the
   * derivation there.
   */
  realisation(
    params: BuildParams,
    evaluation: BuildableEvaluation,
    root: string,
    signal: AbortSignal,
  ): Promise<Outcome<NixCall>>;
  /** Creates GC roots, with names that start with `root`, for the existing outputs of derivations. Whether it succeeded. */
  keepOutputs(drvPaths: readonly string[], root: string): Promise<boolean>;
  /** Starts a supervisor for a record's folder on this machine. */
  readonly launch: LaunchSupervisor;
  /** @param signal ends the queries to caches: paths that were not answered by then are not checked. */
  checkSignatures(
    storePath: string,
    signal: AbortSignal,
    options: SignatureCheckOptions,
  ): Promise<Outcome<SignatureReport>>;
  /** Whether builds of a network may be evaluated here: it is in this workspace, which is trusted. */
  mayEvaluate(uri: string): boolean;
  /** Maximum number of parallel builds per server. */
  maxBuilds(): number;
  /** Limits for the records of finished builds. */
  limits(): HistoryLimits;
  /** Empty while they are unknown. */
  builders(): readonly Builder[];
  /** The builders with a network's own Nix options applied. */
  buildersWith(options: NixOptions | undefined): Promise<readonly Builder[]>;
  /** Whether Nix's daemon opens the connections to builders, which then lack our options for ssh. */
  isDaemonConnecting(): boolean;
  /** The names of the environment variables of Nix. */
  environment(): readonly string[];
}
