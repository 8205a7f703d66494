import type { Log } from "../logging/log.ts";
import type { NixAssets } from "../nix/evaluation/assets.ts";
import type { Settings } from "../settings/settings.ts";
import type { Toolchain } from "../toolchain/toolchain.ts";
import type { NetworkFiles } from "../workspace/networkFiles.ts";
import type { CachedOutputs } from "./cache/cachedOutputs.ts";
import type { EvaluatedNetworks } from "./cache/networks.ts";

/** What evaluating a network needs of the other rooms. */
export interface EvaluationContext {
  readonly log: Log;
  readonly toolchain: Toolchain;
  readonly networks: NetworkFiles;
  readonly settings: () => Settings;
  readonly assets: NixAssets;
  /** For what is remembered of caches. */
  readonly storageDir: string;
  /** Path of the built supervisor. */
  readonly supervisor: string;
  /** The results of earlier evaluations. */
  readonly evaluated: EvaluatedNetworks;
  /** Which machines can be fetched from a cache. */
  readonly cached: CachedOutputs;
  /** Whether we may evaluate a network without user interaction (trusted, Nix present, in this workspace). */
  readonly mayEvaluate: (uri: string) => boolean;
  /** Whether a file (path) is in a folder of the workspace. */
  readonly isOwnFile: (file: string) => boolean;
  /** Called when what we know about a network changed. */
  readonly networkDidChange: (uri: string) => void;
}
