import * as vscode from "vscode";
import type { Command, CommandContext } from "../context.ts";
import { viewIds } from "../manifest.ts";

/** Moves the focus to the Builds view. */
export function showBuilds(): Command {
  return () => vscode.commands.executeCommand(`${viewIds.builds}.focus`);
}

/** Shows the state of server, Nix and builds, and offers what can be done. */
export function showStatus({ showMenu }: CommandContext): Command {
  return () => showMenu();
}
