import type { Connection } from "vscode-languageserver";
import type { Builds } from "../../builds/builds.ts";
import type { EvaluationContext } from "../../evaluation/context.ts";
import type { DeploymentChecks } from "../../evaluation/deploymentChecks.ts";
import type { Log } from "../../logging/log.ts";
import type { BuildSummary, Network } from "../../protocol.ts";
import type { Toolchain } from "../../toolchain/toolchain.ts";
import type { NetworkFiles } from "../../workspace/networkFiles.ts";
import type { PathKinds } from "../../workspace/pathKinds.ts";
import type { Notify } from "../client/notify.ts";
import type { BuildProgress } from "../client/progress.ts";
import type { ClientTraits } from "../client/traits.ts";

/** What the handlers of requests see of a session. */
export interface SessionContext {
  readonly connection: Connection;
  readonly log: Log;
  readonly notify: Notify;
  readonly traits: ClientTraits;
  readonly networks: NetworkFiles;
  readonly paths: PathKinds;
  readonly toolchain: Toolchain;
  readonly builds: Builds;
  readonly evaluation: EvaluationContext;
  readonly deployments: DeploymentChecks;
  readonly progress: BuildProgress;
  readonly isTrusted: boolean;
  /** A network with what evaluation has shown; undefined when the file is none. */
  network(uri: string): Network | undefined;
  /** The same, once the workspace has been looked through; a network file that lies elsewhere is read now. */
  findNetwork(uri: string): Promise<Network | undefined>;
  /** Every network of the workspace, once it has been looked through. */
  findNetworks(): Promise<Network[]>;
  /** The builds whose network lies in the workspace, all of them when there is none, once they have been found. */
  visibleBuilds(): Promise<BuildSummary[]>;
}
