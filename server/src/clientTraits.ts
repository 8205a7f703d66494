import os from "node:os";
import path from "node:path";
import type { InitializeParams } from "vscode-languageserver";
import type { InitializationOptions } from "./protocol.ts";
import { pathOf } from "./workspace/networkFiles.ts";

/** What the client can do and wants, out of its `initialize`. */
export interface ClientTraits {
  readonly trusted: boolean;
  readonly storageDir: string;
  /** The client draws builds itself. */
  readonly views: boolean;
  /** Section `morph`, for a client without `workspace/configuration`. */
  readonly settings: unknown;
  readonly hasConfiguration: boolean;
  readonly refreshesLenses: boolean;
  readonly watchesFiles: boolean;
  readonly showsProgress: boolean;
  /** Paths of the workspace's folders. */
  readonly folders: readonly string[];
}

export function clientTraits({
  capabilities,
  initializationOptions,
  workspaceFolders,
  rootUri,
}: InitializeParams): ClientTraits {
  const options: InitializationOptions = initializationOptions ?? {};
  const uris = workspaceFolders?.map(({ uri }) => uri) ?? (rootUri ? [rootUri] : []);
  return {
    trusted: options.trusted === true,
    storageDir: options.storageDir ?? defaultStorageDir(),
    views: options.views === true,
    settings: options.settings,
    hasConfiguration: capabilities.workspace?.configuration === true,
    refreshesLenses: capabilities.workspace?.codeLens?.refreshSupport === true,
    watchesFiles: capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    showsProgress: capabilities.window?.workDoneProgress === true,
    folders: uris.flatMap(uri => pathOf(uri) ?? []),
  };
}

function defaultStorageDir(): string {
  const state = process.env.XDG_STATE_HOME ?? path.join(os.homedir(), ".local/state");
  return path.join(state, "morph-language-server");
}
