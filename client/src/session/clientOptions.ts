import * as vscode from "vscode";
import {
  type ErrorHandler,
  type LanguageClientOptions,
  type Middleware,
  RevealOutputChannelOn,
  type ServerOptions,
  TransportKind,
} from "vscode-languageclient/node";
import type { InitializationOptions } from "../../../server/src/protocol.ts";
import { languageIds } from "../manifest.ts";

/** How the server is started: `dist/server.js` on the Node of the extension host. */
export function serverOptions(context: vscode.ExtensionContext): ServerOptions {
  const module = context.asAbsolutePath("dist/server.js");
  const run = { module, transport: TransportKind.ipc };
  return { run, debug: { ...run, options: { execArgv: ["--nolazy", "--inspect=6009"] } } };
}

/** What the server learns at its start. Asked again at each start, as trust may have been granted meanwhile. */
function initializationOptions(context: vscode.ExtensionContext): InitializationOptions {
  return { trusted: vscode.workspace.isTrusted, storageDir: context.globalStorageUri.fsPath, views: true };
}

export function clientOptions(
  context: vscode.ExtensionContext,
  outputChannel: vscode.LogOutputChannel,
  errorHandler: ErrorHandler,
  middleware: Middleware,
): LanguageClientOptions {
  return {
    documentSelector: [
      { scheme: "file", language: languageIds.nix },
      { scheme: "file", pattern: "**/*.nix" },
    ],
    initializationOptions: () => initializationOptions(context),
    initializationFailedHandler: () => false,
    diagnosticCollectionName: "morph",
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    outputChannel,
    errorHandler,
    middleware,
  };
}
