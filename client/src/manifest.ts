import { clientCommands } from "../../server/src/common/clientCommands.ts";

export { type ItemWord, itemWords } from "./itemWords.ts";

/**
 * Every id that the code shares with `package.json`. A test checks that the two agree. The commands of the
 * language server (`morph.evaluate`, `morph.build`, `morph.cancel`) are not here: vscode-languageclient registers them.
 */

/** Palette, view and menu commands. */
export const commandIds = {
  // The commands that the server's fixes refer to.
  ...clientCommands,
  evaluateMachine: "morph.evaluateMachine",
  cancelEvaluations: "morph.cancelEvaluations",
  evaluateAllMachines: "morph.evaluateAllMachines",
  buildMachine: "morph.buildMachine",
  buildAgain: "morph.buildAgain",
  pickAndBuild: "morph.pickAndBuild",
  buildOther: "morph.buildOther",
  setUpBuildMachine: "morph.setUpBuildMachine",
  createHydraJobset: "morph.createHydraJobset",
  evaluateAsHydra: "morph.evaluateAsHydra",
  writeHydraFiles: "morph.writeHydraFiles",
  putHydraJobset: "morph.putHydraJobset",
  buildAllMachines: "morph.buildAllMachines",
  buildByTag: "morph.buildByTag",
  cancelBuild: "morph.cancelBuild",
  cancelAllBuilds: "morph.cancelAllBuilds",
  cancelBatch: "morph.cancelBatch",
  retryFailed: "morph.retryFailed",
  removeFailed: "morph.removeFailed",
  filterBuilds: "morph.filterBuilds",
  showAllBuilds: "morph.showAllBuilds",
  showLastBuild: "morph.showLastBuild",
  showLog: "morph.showLog",
  firstError: "morph.firstError",
  whyRebuild: "morph.whyRebuild",
  showTimeline: "morph.showTimeline",
  showSignatures: "morph.showSignatures",
  exportSignatures: "morph.exportSignatures",
  keepBuild: "morph.keepBuild",
  stopKeepingBuild: "morph.stopKeepingBuild",
  removeBuild: "morph.removeBuild",
  revealMachine: "morph.revealMachine",
  copyMachineNames: "morph.copyMachineNames",
  groupMachines: "morph.groupMachines",
  openInHydra: "morph.openInHydra",
  compareWithHydra: "morph.compareWithHydra",
  evaluateWithHydraInputs: "morph.evaluateWithHydraInputs",
  buildOnHydra: "morph.buildOnHydra",
  followHydraBuild: "morph.followHydraBuild",
  copyStorePath: "morph.copyStorePath",
  copyMachineLine: "morph.copyMachineLine",
  openBuilder: "morph.openBuilder",
  showBuilder: "morph.showBuilder",
  checkBuilders: "morph.checkBuilders",
  checkBuilder: "morph.checkBuilder",
  whatToDo: "morph.whatToDo",
  treatAsNetworkFile: "morph.treatAsNetworkFile",
  copyDiagnostics: "morph.copyDiagnostics",
  openSettings: "morph.openSettings",
  showBuilds: "morph.showBuilds",
  showStatus: "morph.showStatus",
} as const;

/** Commands that only our own rows run. They are not in the manifest, so that nothing else offers them. */
export const internalCommands = {
  goToSelectedMachine: "morph.goToSelectedMachine",
  showBuilderProblem: "morph.showBuilderProblem",
  showHydraProblem: "morph.showHydraProblem",
} as const;

export type InternalCommandId = (typeof internalCommands)[keyof typeof internalCommands];

export type CommandId = (typeof commandIds)[keyof typeof commandIds];

/** The view container of the activity bar. */
export const viewContainerId = "morph";

export const viewIds = {
  machines: "morph.machines",
  builds: "morph.builds",
  builders: "morph.builders",
} as const;

/** Full keys of the settings. */
export const settingKeys = {
  networkFiles: "morph.networkFiles",
  nixBinDir: "morph.nix.binDir",
  evaluator: "morph.evaluator",
  environment: "morph.environment",
  builders: "morph.builders",
  caches: "morph.caches",
  hydraUrl: "morph.hydra.url",
  hydraProject: "morph.hydra.project",
  evaluationMemory: "morph.evaluation.memory",
  evaluateOnOpen: "morph.evaluateOnOpen",
  saveBeforeBuild: "morph.saveBeforeBuild",
  places: "morph.places",
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

/** Settings with a choice of values that the client reads itself. */
export const choiceSettings = {
  /** Whether to save changed Nix files before Nix reads them. */
  saveBeforeBuild: { key: settingKeys.saveBeforeBuild, values: ["always", "ask", "never"], byDefault: "always" },
  /** When to show notifications. */
  notify: { key: settingKeys.notify, values: ["always", "failures", "never"], byDefault: "always" },
  /** What to do with this window's builds when it closes. */
  onExit: { key: settingKeys.onExit, values: ["keep", "cancel"], byDefault: "keep" },
} as const;

/** Context keys for `when` clauses, with their possible values. */
export const contextKeys = {
  session: { key: "morph.session", values: ["starting", "running", "stopped"] },
  /** Unset until the server has answered. */
  networks: { key: "morph.networks", values: ["none", "some"] },
  /** Unset until the server has answered. */
  builds: { key: "morph.builds", values: ["none", "some", "running"] },
  /** Whether there are remote builders, or declared ones. Unset until Nix has answered. */
  builders: { key: "morph.builders", values: ["none", "some"] },
  /** Whether a batch runs, or has failed builds. */
  batchRuns: { key: "morph.batchRuns", values: [true, false] },
  batchFailed: { key: "morph.batchFailed", values: [true, false] },
  /** True if the Builds view is filtered. */
  buildsFiltered: { key: "morph.buildsFiltered", values: [true, false] },
  /** True while an evaluation that the user has started runs. */
  evaluating: { key: "morph.evaluating", values: [true, false] },
  /** True if Nix was not found. */
  nixMissing: { key: "morph.nixMissing", values: [true, false] },
  /** True if the workspace has a `flake.nix` but no network file. */
  onlyFlake: { key: "morph.onlyFlake", values: [true, false] },
} as const;

export type ContextKey = (typeof contextKeys)[keyof typeof contextKeys];

/** Context keys with a list, for `in` in `when` clauses. */
export const contextLists = {
  /** The paths of the network files, to be compared with `resourcePath`: a window connected to a remote machine has other URIs. */
  networkPaths: "morph.networkPaths",
} as const;

export type ContextList = (typeof contextLists)[keyof typeof contextLists];

export const languageIds = {
  nix: "nix",
  buildLog: "morph-build-log",
  failure: "morph-failure",
  signatures: "morph-signatures",
  jobset: "morph-jobset",
  comparison: "morph-comparison",
} as const;

/** The schemes of read-only documents: a build's log, the pages about a failed build and its signatures, the next steps of a guided flow. */
export const logScheme = "morph-log";
export const failureScheme = "morph-failure";
export const signaturesScheme = "morph-signatures";
export const comparisonScheme = "morph-comparison";
export const guideScheme = "morph-guide";
export const jobsetScheme = "morph-jobset";
