/**
 * Commands of the VS Code client that the server's fixes and messages name. Another client may bring its own of these ids, or leave
 * out a fix whose command it does not know.
 */
export const clientCommands = {
  buildAnyway: "morph.buildAnyway",
  buildKeepingFolders: "morph.buildKeepingFolders",
  openKeptFolder: "morph.openKeptFolder",
  replaceHash: "morph.replaceHash",
  restartServer: "morph.restartServer",
  showOutput: "morph.showOutput",
} as const;
