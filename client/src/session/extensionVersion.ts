import type * as vscode from "vscode";

/** The version in the extension's manifest. */
export function extensionVersion({ extension }: vscode.ExtensionContext): string {
  return String(extension.packageJSON.version ?? "unknown");
}
