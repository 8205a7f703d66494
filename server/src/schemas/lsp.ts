import * as v from "valibot";
import { integer, text } from "./common.ts";

/** The fields of standard LSP's parameters that we use. Documents of any URI scheme may be open. */
const uri = v.pipe(text(16_384), v.nonEmpty("is empty"));

const position = v.object({ line: integer, character: integer });
const range = v.object({ start: position, end: position });
const textDocument = v.object({ uri });
const atPosition = { textDocument, position };

const folder = v.object({ uri });
const folders = v.array(folder);

/** A diagnostic that a client sends back. */
const diagnostic = v.looseObject({
  range,
  code: v.exactOptional(v.union([v.string(), v.number()])),
  message: v.string(),
});

const whichLens = v.picklist([0, 1, 2, 3]);

/** The document's number, which of its lenses, and the machine; without a machine, they are those of the whole network. */
const lens = v.union([v.tuple([integer, whichLens, text(4096)]), v.tuple([integer, whichLens])]);

/** Requests of standard LSP that we answer. */
export const lspRequestSchemas = {
  "textDocument/hover": v.object(atPosition),
  "textDocument/codeLens": v.object({ textDocument }),
  "codeLens/resolve": v.object({ range, data: lens }),
  "textDocument/documentSymbol": v.object({ textDocument }),
  "workspace/symbol": v.object({ query: text(4096) }),
  "textDocument/inlayHint": v.object({ textDocument, range }),
  "textDocument/semanticTokens/full": v.object({ textDocument }),
  "textDocument/foldingRange": v.object({ textDocument }),
  "textDocument/definition": v.object(atPosition),
  "textDocument/references": v.object(atPosition),
  "textDocument/documentLink": v.object({ textDocument }),
  "textDocument/completion": v.object(atPosition),
  "textDocument/prepareRename": v.object(atPosition),
  "textDocument/rename": v.object({ ...atPosition, newName: text(4096) }),
  "textDocument/codeAction": v.object({
    textDocument,
    range,
    context: v.object({ diagnostics: v.array(diagnostic) }),
  }),
  "workspace/executeCommand": v.object({ command: text(256), arguments: v.optional(v.array(v.unknown())) }),
} as const;

/** Notifications of standard LSP that we use. */
export const lspNotificationSchemas = {
  "textDocument/didOpen": v.object({
    textDocument: v.object({ uri, languageId: v.string(), version: v.pipe(v.number(), v.integer()), text: v.string() }),
  }),
  "textDocument/didChange": v.object({
    textDocument: v.object({ uri, version: v.pipe(v.number(), v.integer()) }),
    contentChanges: v.array(
      v.union([
        v.object({ range, text: v.string() }),
        v.object({ range: v.optional(v.undefined()), text: v.string() }),
      ]),
    ),
  }),
  "textDocument/didClose": v.object({ textDocument }),
  "workspace/didChangeConfiguration": v.object({ settings: v.optional(v.unknown()) }),
  "workspace/didChangeWatchedFiles": v.object({ changes: v.array(v.object({ uri })) }),
  "workspace/didChangeWorkspaceFolders": v.object({ event: v.object({ added: folders, removed: folders }) }),
} as const;
