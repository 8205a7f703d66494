import type { Log } from "../logging/log.ts";
import type { NixAssets } from "../nix/assets.ts";
import type { Settings } from "../settings/settings.ts";
import type { Toolchain } from "../toolchain/toolchain.ts";
import type { NetworkFiles } from "../workspace/networkFiles.ts";
import type { EvaluatedNetworks } from "./cache/networks.ts";
import type { DeploymentChecks } from "./deploymentChecks.ts";

/** The rooms that a build needs, put together. */
export interface WorldParts {
  readonly log: Log;
  readonly toolchain: Toolchain;
  readonly networks: NetworkFiles;
  readonly settings: () => Settings;
  readonly assets: NixAssets;
  /** Path of the built supervisor. */
  readonly supervisor: string;
  /** What evaluations have told. */
  readonly evaluated: EvaluatedNetworks;
  /** What Morph would say of networks. */
  readonly deployments: DeploymentChecks;
  /** Whether a network may be evaluated without being asked once more. */
  readonly mayEvaluate: (uri: string) => boolean;
  /** What is known of a network is another. */
  readonly networkDidChange: (uri: string) => void;
}
