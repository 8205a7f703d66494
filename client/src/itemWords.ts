/**
 * What a tree item supports, as words of its `contextValue`; menus match them (`viewItem =~ /\bcancel\b/`).
 * The first word of a `contextValue` is the kind of the item.
 */
export const itemWords = {
  /** A machine: Evaluate, Build, Build on... */
  machine: "machine",
  /** It has a location in a file. */
  reveal: "reveal",
  /** It is running and can be cancelled. */
  cancel: "cancel",
  /** It has ended, and its machine can be built again. */
  again: "again",
  /** It is running: it can be cancelled and built again. */
  retry: "retry",
  /** It has failed: rebuilding with --keep-failed may show why. */
  failed: "failed",
  /** It has fixes. */
  fixes: "fixes",
  /** Nix has kept its build directory. */
  folder: "folder",
  /** It can be pinned. */
  keep: "keep",
  /** It is pinned. */
  kept: "kept",
  /** It has ended, and its record can be removed. */
  remove: "remove",
  /** A batch: some of its builds can be cancelled. */
  cancelBatch: "cancelBatch",
  /** A batch: machines whose builds failed can be built again. */
  retryFailed: "retryFailed",
  /** A batch: the records of its failed builds can be removed. */
  removeFailed: "removeFailed",
  /** It has a log. */
  log: "log",
  /** A build with a signature report. */
  signatures: "signatures",
  /** Its signatures can be checked again: its result is on this machine. */
  recheck: "recheck",
  /** It has a store path. */
  storePath: "storePath",
  /** A build on Hydra that has ended without success, and can be started again there. */
  restart: "restart",
  /** Its result has stayed on Hydra, and may be in a cache. */
  fetch: "fetch",
  /** A builder builds it, or has built it. */
  runsOn: "runsOn",
  /** A builder that Nix uses, which can be checked. */
  check: "check",
  /** A machine that Hydra has, or what Hydra has of it; a build there. */
  hydra: "hydra",
  /** A builder with a machine line. */
  line: "line",
  /** A builder that is defined in a file or a setting. */
  definition: "definition",
} as const;

export type ItemWord = (typeof itemWords)[keyof typeof itemWords];
