import {
  type Connection,
  DidChangeConfigurationNotification,
  DidChangeWatchedFilesNotification,
  type WorkspaceFoldersChangeEvent,
} from "vscode-languageserver";
import type { Log } from "../../logging/log.ts";
import type { ClientTraits } from "./traits.ts";

/** Registers for those notifications that the client supports. Never rejects. */
export async function register(
  { client, workspace }: Connection,
  { registersConfiguration, watchesFiles, changesFolders }: ClientTraits,
  log: Log,
  didChangeFolders: (event: WorkspaceFoldersChangeEvent) => void,
): Promise<void> {
  const attempt = (what: string, work: Promise<unknown>) =>
    work.catch(error => log.error(`Could not register for notifications of changed ${what}`, error));
  if (changesFolders) workspace.onDidChangeWorkspaceFolders(didChangeFolders);
  if (registersConfiguration)
    await attempt("settings", client.register(DidChangeConfigurationNotification.type, { section: "morph" }));
  if (watchesFiles) {
    const watchers = [{ globPattern: "**/*.nix" }];
    await attempt("files", client.register(DidChangeWatchedFilesNotification.type, { watchers }));
  }
}

/**
 * The current section `morph` of the client's configuration. Never rejects.
 *
 * @param pushed the settings that a client without `workspace/configuration` sends with its notification.
 */
export async function settingsSection(
  connection: Connection,
  { hasConfiguration, settings }: ClientTraits,
  log: Log,
  pushed: unknown,
): Promise<unknown> {
  if (!hasConfiguration) return fieldOf(pushed, "morph") ?? settings;
  try {
    return await connection.workspace.getConfiguration("morph");
  } catch (error) {
    log.warning("The client did not send its settings; using the defaults", error);
    return settings;
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
