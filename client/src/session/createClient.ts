import * as vscode from "vscode";
import {
  CloseAction,
  ErrorAction,
  type ErrorHandler,
  type LanguageClientOptions,
  RevealOutputChannelOn,
  type ServerOptions,
  State,
  TransportKind,
} from "vscode-languageclient/node";
import { clientCommands, lensCommands } from "../../../server/src/common/clientCommands.ts";
import type { InitializationOptions } from "../../../server/src/protocol.ts";
import { languageIds } from "../manifest.ts";
import { extensionVersion } from "./extensionVersion.ts";
import type { ClientLife, ClientState } from "./life.ts";
import { createMiddleware } from "./middleware.ts";
import { QuietClient } from "./quietClient.ts";

const states: Readonly<Record<State, ClientState>> = {
  [State.Starting]: "starting",
  [State.Running]: "running",
  [State.StartFailed]: "failed",
  [State.Stopped]: "stopped",
};

/** Creates a client without starting its server. The library is loaded with this module, and not before. */
export function createClient(
  context: vscode.ExtensionContext,
  output: vscode.LogOutputChannel,
  life: ClientLife,
): QuietClient {
  const options = clientOptions(context, output, errorHandler(life));
  const client = new QuietClient("morph", "Morph Networks", serverOptions(context), options);
  client.onDidChangeState(({ newState }) => life.changed(states[newState]));
  return client;
}

/** Starts the server: `dist/server.js` with the extension host's Node. */
function serverOptions(context: vscode.ExtensionContext): ServerOptions {
  const module = context.asAbsolutePath("dist/server.js");
  const run = { module, transport: TransportKind.ipc };
  return { run, debug: { ...run, options: { execArgv: ["--nolazy", "--inspect=6009"] } } };
}

function clientOptions(
  context: vscode.ExtensionContext,
  outputChannel: vscode.LogOutputChannel,
  errorHandler: ErrorHandler,
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
    middleware: createMiddleware(context.subscriptions),
  };
}

/** The initialization options. Computed at each start, as trust may have been granted in the meantime. */
function initializationOptions(context: vscode.ExtensionContext): InitializationOptions {
  return {
    trusted: vscode.workspace.isTrusted,
    storageDir: context.globalStorageUri.fsPath,
    views: true,
    version: extensionVersion(context),
    translations: vscode.l10n.bundle,
    commands: [...Object.values(lensCommands), clientCommands.addBuilder, clientCommands.fetchFromCache],
  };
}

function errorHandler(life: ClientLife): ErrorHandler {
  const error: ErrorHandler["error"] = (_error, _message, count) => ({
    action: count !== undefined && count <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown,
  });
  const closed: ErrorHandler["closed"] = () => ({
    action: life.restartsAfterCrash() ? CloseAction.Restart : CloseAction.DoNotRestart,
    handled: true,
  });
  return { error, closed };
}
