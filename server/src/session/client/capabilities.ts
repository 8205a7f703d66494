import { CodeActionKind, type InitializeResult, TextDocumentSyncKind } from "vscode-languageserver";
import { semanticTokensLegend } from "../../features/semanticTokens.ts";
import { serverCommands } from "../../protocol.ts";
import type { ClientTraits } from "./traits.ts";

/** The server's capabilities for a client, as the result of `initialize`. */
export function initializeResult(client: ClientTraits): InitializeResult {
  return {
    capabilities: {
      textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
      hoverProvider: true,
      codeLensProvider: { resolveProvider: true },
      completionProvider: { triggerCharacters: [".", '"', "/"] },
      definitionProvider: true,
      referencesProvider: true,
      renameProvider: client.preparesRenames ? { prepareProvider: true } : true,
      documentSymbolProvider: true,
      workspaceSymbolProvider: true,
      documentLinkProvider: {},
      inlayHintProvider: true,
      ...(client.codeActionLiterals && {
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite] },
      }),
      foldingRangeProvider: true,
      ...(client.semanticTokens && { semanticTokensProvider: { legend: semanticTokensLegend, full: true } }),
      executeCommandProvider: { commands: [...serverCommands] },
      ...(client.changesFolders && { workspace: { workspaceFolders: { supported: true, changeNotifications: true } } }),
    },
    serverInfo: { name: "morph-language-server" },
  };
}
