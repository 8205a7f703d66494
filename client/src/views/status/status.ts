import type { BuildSummary, Health, ToolchainReport } from "../../../../server/src/protocol.ts";
import type { Batch } from "../../builds/batches.ts";
import type { RunningEvaluation } from "../../machines/runningEvaluations.ts";
import type { SessionState } from "../../session/session.ts";

/** What the status bar item, its hover and its menu depend on. */
export interface Status {
  /** The version of the extension and its language server. */
  readonly version: string;
  readonly session: SessionState;
  /** Whether the workspace is trusted; if not, Nix is not run. */
  readonly isTrusted: boolean;
  /** Undefined until the server has published it. */
  readonly health: Health | undefined;
  /** Undefined until the server has published it. */
  readonly toolchain: ToolchainReport | undefined;
  /** Whether the workspace has a network file. */
  readonly hasNetworks: boolean;
  /** What the user has started to evaluate. */
  readonly evaluations: readonly RunningEvaluation[];
  /** The unfinished builds. */
  readonly builds: readonly BuildSummary[];
  /** The batches with unfinished builds. */
  readonly batches: readonly Batch[];
}
