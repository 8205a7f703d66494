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
  /** What it fills. */
  readonly folders: readonly FilledFolder[];
}

/** What builds need of the other rooms; `session/buildPorts.ts` is the adapter. */
export interface BuildPorts {
  /** Evaluates a machine and keeps its derivation by a GC root. */
  evaluate(params: BuildParams, root: string, signal: AbortSignal): Promise<Outcome<BuildableEvaluation>>;
  /**
   * Evaluates several machines of a network together and keeps their derivations. Machine -> what comes of it.
   *
   * @param roots machine -> its GC root.
   */
  evaluateMachines(
    uri: string,
    roots: ReadonlyMap<string, string>,
    signal: AbortSignal,
  ): ReadonlyMap<string, Promise<Outcome<BuildableEvaluation>>>;
  /**
   * What Morph would say of the network that a build was evaluated from, with only the build's own machine among the hosts; undefined
   * when that is not known. Takes its time, beside the build.
   */
  deployment(
    params: BuildParams,
    evaluation: BuildableEvaluation,
    signal: AbortSignal,
  ): Promise<Omit<DeploymentResult, "at"> | undefined>;
  /** What there is to build of a machine is known. */
  didPlan(params: BuildParams, evaluation: BuildableEvaluation, graph: readonly PlannedDerivation[]): void;
  /** How Nix is called to realise a derivation at a place and to keep the result by a GC root. */
  realisation(params: BuildParams, evaluation: BuildableEvaluation, root: string): Promise<Outcome<NixCall>>;
  /** Keeps the outputs of derivations, as far as they are there, by GC roots whose names begin with `root`. Whether that was done. */
  keepOutputs(drvPaths: readonly string[], root: string): Promise<boolean>;
  /** Starts a supervisor of a record's folder on this machine. */
  readonly launch: LaunchSupervisor;
  /** @param signal ends the questions to caches: what was not answered by then is not checked. */
  checkSignatures(storePath: string, signal: AbortSignal): Promise<Outcome<SignatureReport>>;
  /** Whether builds of a network may be evaluated here: its workspace is ours and is trusted. */
  mayEvaluate(uri: string): boolean;
  /** So many builds of one server run at once. */
  maxBuilds(): number;
  /** How much is kept of builds that have ended. */
  limits(): HistoryLimits;
  /** Empty while they are not known. */
  builders(): readonly Builder[];
  /** The builders as they are with a network's own options of Nix. */
  buildersWith(options: NixOptions | undefined): Promise<readonly Builder[]>;
  /** The names of the variables that Nix gets. */
  environment(): readonly string[];
}
