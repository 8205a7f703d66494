/**
 * Commands of the VS Code client that the server's fixes and messages refer to. Another client may implement commands with
 * these ids, or leave out fixes with unknown commands.
 */
export const clientCommands = {
  addBuilder: "morph.addBuilder",
  buildAnyway: "morph.buildAnyway",
  buildMachineOn: "morph.buildMachineOn",
  buildMachine: "morph.buildMachine",
  connectHydra: "morph.connectHydra",
  checkSignatures: "morph.checkSignatures",
  buildKeepingFolders: "morph.buildKeepingFolders",
  fetchFromCache: "morph.fetchFromCache",
  restartOnHydra: "morph.restartOnHydra",
  lookForLeftovers: "morph.lookForLeftovers",
  copySnippet: "morph.copySnippet",
  openKeptFolder: "morph.openKeptFolder",
  pushPaths: "morph.pushPaths",
  replaceHash: "morph.replaceHash",
  retryBuild: "morph.retryBuild",
  restartServer: "morph.restartServer",
  showOutput: "morph.showOutput",
  signPaths: "morph.signPaths",
  trustKey: "morph.trustKey",
} as const;

/** Commands of a client for a whole network, each with the argument `{ uri }`. Their lens is shown if the client names both. */
export const lensCommands = {
  buildAllMachines: "morph.buildAllMachines",
  evaluateAllMachines: "morph.evaluateAllMachines",
} as const;
