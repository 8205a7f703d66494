import type { Connection } from "vscode-languageserver";
import type { BuilderChecks } from "../../builders/check/checks.ts";
import type { Builds } from "../../builds/builds.ts";
import type { EvaluationContext } from "../../evaluation/context.ts";
import type { DeploymentChecks } from "../../evaluation/deploymentChecks.ts";
import type { Log } from "../../logging/log.ts";
import type { BuildSummary, Network } from "../../protocol.ts";
import type { Toolchain } from "../../toolchain/toolchain.ts";
import type { DeclaredBuilders } from "../../workspace/declaredBuilders.ts";
import type { NetworkFiles } from "../../workspace/networkFiles.ts";
import type { PathKinds } from "../../workspace/pathKinds.ts";
import type { Notify } from "../client/notify.ts";
import type { BuildProgress } from "../client/progress.ts";
import type { ClientTraits } from "../client/traits.ts";
import type { FailureReports } from "../failures/failureReports.ts";
import type { CurrentHydra, HydraServers } from "../hydra/hydraServers.ts";
import type { HydraMachines } from "../hydra/hydraStatus.ts";

/** The part of a session that request handlers use. */
export interface SessionContext {
  readonly connection: Connection;
  readonly log: Log;
  readonly notify: Notify;
  readonly traits: ClientTraits;
  readonly networks: NetworkFiles;
  readonly paths: PathKinds;
  /** The builders that the workspace declares. */
  readonly declared: DeclaredBuilders;
  readonly toolchain: Toolchain;
  readonly checks: BuilderChecks;
  readonly builds: Builds;
  readonly evaluation: EvaluationContext;
  readonly deployments: DeploymentChecks;
  readonly progress: BuildProgress;
  readonly failures: FailureReports;
  readonly hydra: HydraServers;
  /** What the server in the settings knows about machines. */
  readonly hydraMachines: HydraMachines;
  readonly isTrusted: boolean;
  /** The Hydra server in the settings. Undefined: none, or the workspace is not trusted. */
  hydraOf(): CurrentHydra | undefined;
  /** A network including results of evaluations; undefined if the file is not a network. */
  network(uri: string): Network | undefined;
  /** The same, once the workspace has been scanned; a network file elsewhere is read now. */
  findNetwork(uri: string): Promise<Network | undefined>;
  /** All networks of the workspace, once it has been scanned. */
  findNetworks(): Promise<Network[]>;
  /** A lens was shown whose text changes after `milliseconds`: it is refreshed then. */
  didShowTime(milliseconds: number): void;
  /** The builds whose network is in the workspace (all builds if there is no folder), once they have been read. */
  visibleBuilds(): Promise<BuildSummary[]>;
}
