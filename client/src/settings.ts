import * as vscode from "vscode";
import { settingKeys } from "./manifest.ts";

/** What is done with changed Nix files before Nix reads them. */
export type SavePolicy = "always" | "ask" | "never";

/** What becomes of the builds that a window started when it closes. */
export type ExitPolicy = "keep" | "cancel";

/** Which ends of builds are told by a notification. */
export type NotifyPolicy = "always" | "failures" | "never";

export function notifyPolicy(): NotifyPolicy {
  return vscode.workspace.getConfiguration().get<NotifyPolicy>(settingKeys.notify, "always");
}

export function savePolicy(): SavePolicy {
  return vscode.workspace.getConfiguration().get<SavePolicy>(settingKeys.saveBeforeBuild, "always");
}

export function exitPolicy(): ExitPolicy {
  return vscode.workspace.getConfiguration().get<ExitPolicy>(settingKeys.onExit, "keep");
}
