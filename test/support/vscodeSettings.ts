/** VS Code's settings for a run without surprises: no updates, no greetings, nothing that leaves the machine. */
export const quietSettings: Readonly<Record<string, unknown>> = {
  // As on the desktop: in a browser VS Code saves each edit after a second, and nothing is left to be reverted.
  "files.autoSave": "off",
  "chat.disableAIFeatures": true,
  "editor.minimap.enabled": false,
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "files.hotExit": "off",
  "git.enabled": false,
  "git.openRepositoryInParentFolders": "never",
  // Otherwise VS Code shows a notification for any open port on this machine.
  "remote.autoForwardPorts": false,
  "telemetry.telemetryLevel": "off",
  "terminal.integrated.gpuAcceleration": "off",
  "update.mode": "none",
  // Dark or light as the browser is.
  "window.autoDetectColorScheme": true,
  "window.restoreWindows": "none",
  "workbench.enableExperiments": false,
  "workbench.reduceMotion": "on",
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.welcomePage.walkthroughs.openOnInstall": false,
};

/**
 * With workspace trust on, a folder opens in restricted mode and no dialog asks about it; trust is granted by the command
 * "Workspaces: Manage Workspace Trust". With it off everything is trusted.
 */
export function trustSettings(trust: boolean): Readonly<Record<string, unknown>> {
  return { "security.workspace.trust.enabled": trust, "security.workspace.trust.startupPrompt": "never" };
}
