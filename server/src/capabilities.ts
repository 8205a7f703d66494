import { CodeActionKind, type InitializeResult, TextDocumentSyncKind } from "vscode-languageserver";
import { semanticTokensLegend } from "./features/semanticTokens.ts";
import { serverCommands } from "./protocol.ts";

const capabilities: InitializeResult["capabilities"] = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  hoverProvider: true,
  codeLensProvider: {},
  completionProvider: { triggerCharacters: [".", '"'] },
  definitionProvider: true,
  referencesProvider: true,
  renameProvider: { prepareProvider: true },
  documentSymbolProvider: true,
  workspaceSymbolProvider: true,
  documentLinkProvider: {},
  inlayHintProvider: true,
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, CodeActionKind.RefactorRewrite] },
  foldingRangeProvider: true,
  semanticTokensProvider: { legend: semanticTokensLegend, full: true },
  executeCommandProvider: { commands: [...serverCommands] },
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
};

/** What we can do, as `initialize` answers it. */
export const initializeResult: InitializeResult = { capabilities, serverInfo: { name: "morph-language-server" } };
