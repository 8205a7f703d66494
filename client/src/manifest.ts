/**
 * Every id that the code shares with `package.json`. A test compares the two, so that neither drifts. The commands of the
 * language server (`morph.evaluate`, `morph.build`, `morph.cancel`) are not here: vscode-languageclient registers them.
 */

/** Palette, view and menu commands. */
export const commandIds = {
  evaluateMachine: "morph.evaluateMachine",
  evaluateAllMachines: "morph.evaluateAllMachines",
  buildMachine: "morph.buildMachine",
  buildMachineOn: "morph.buildMachineOn",
  buildOther: "morph.buildOther",
  buildKeepingFolders: "morph.buildKeepingFolders",
  buildAnyway: "morph.buildAnyway",
  buildAllMachines: "morph.buildAllMachines",
  buildByTag: "morph.buildByTag",
  cancelBuild: "morph.cancelBuild",
  cancelAllBuilds: "morph.cancelAllBuilds",
  filterBuilds: "morph.filterBuilds",
  showAllBuilds: "morph.showAllBuilds",
  showLog: "morph.showLog",
  firstError: "morph.firstError",
  whyRebuild: "morph.whyRebuild",
  keepBuild: "morph.keepBuild",
  stopKeepingBuild: "morph.stopKeepingBuild",
  removeBuild: "morph.removeBuild",
  revealMachine: "morph.revealMachine",
  copyStorePath: "morph.copyStorePath",
  whatToDo: "morph.whatToDo",
  replaceHash: "morph.replaceHash",
  openKeptFolder: "morph.openKeptFolder",
  treatAsNetworkFile: "morph.treatAsNetworkFile",
  restartServer: "morph.restartServer",
  showOutput: "morph.showOutput",
  copyDiagnostics: "morph.copyDiagnostics",
} as const;

export type CommandId = (typeof commandIds)[keyof typeof commandIds];

/** The view container of the activity bar. */
export const viewContainerId = "morph";

export const viewIds = {
  machines: "morph.machines",
  builds: "morph.builds",
} as const;

/** Keys of the settings, whole. */
export const settingKeys = {
  networkFiles: "morph.networkFiles",
  nixBinDir: "morph.nix.binDir",
  evaluator: "morph.evaluator",
  environment: "morph.environment",
  evaluationMemory: "morph.evaluation.memory",
  evaluateOnOpen: "morph.evaluateOnOpen",
  saveBeforeBuild: "morph.saveBeforeBuild",
  maxBuilds: "morph.maxBuilds",
  historyBuilds: "morph.history.builds",
  historyDays: "morph.history.days",
  historyMegabytes: "morph.history.megabytes",
  maxLogSize: "morph.maxLogSize",
  notify: "morph.notify",
  onExit: "morph.onExit",
  diagnosticsSeverity: "morph.diagnostics.severity",
  traceServer: "morph.trace.server",
} as const;

/** Keys for `when` clauses. */
export const contextKeys = {
  /** `starting`, `running` or `stopped`. */
  session: "morph.session",
  /** `none` or `some`; unset until the server has answered. */
  networks: "morph.networks",
  /** `none`, `some` or `running`; unset until the server has answered. */
  builds: "morph.builds",
  /** True: the Builds view shows only some. */
  buildsFiltered: "morph.buildsFiltered",
  /** True: there is no Nix. */
  nixMissing: "morph.nixMissing",
  /** True: the workspace has a `flake.nix` and no network file. */
  onlyFlake: "morph.onlyFlake",
} as const;

export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

export const languageIds = { nix: "nix", buildLog: "morph-build-log" } as const;

/** The scheme of a build log's document. */
export const logScheme = "morph-log";

/**
 * What a tree item can do, as words of its `contextValue`; menus match them (`viewItem =~ /\bcancel\b/`).
 * The first word of a `contextValue` is the kind of the item.
 */
export const itemWords = {
  /** A machine: Evaluate, Build, Build on ... */
  machine: "machine",
  /** It is stated somewhere in a file. */
  reveal: "reveal",
  /** It runs and can be cancelled. */
  cancel: "cancel",
  /** It has ended, and its machine can be built again. */
  again: "again",
  /** It has failed: perhaps the folder of what failed tells why. */
  failed: "failed",
  /** Something can be done about it. */
  fixes: "fixes",
  /** Nix has kept the folder in which it failed. */
  folder: "folder",
  /** Its record may be pruned. */
  keep: "keep",
  /** Its record stays when others are pruned. */
  kept: "kept",
  /** It has ended, and its record can be removed. */
  remove: "remove",
  /** It has a log. */
  log: "log",
  /** It has a store path. */
  storePath: "storePath",
} as const;

export type ItemWord = (typeof itemWords)[keyof typeof itemWords];
