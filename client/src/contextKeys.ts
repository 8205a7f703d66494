import * as vscode from "vscode";
import type { ContextKey } from "./manifest.ts";

/** Sets a key that the manifest's `when` clauses read. */
export function setContextKey(key: ContextKey, value: string | boolean): void {
  void vscode.commands.executeCommand("setContext", key, value);
}
