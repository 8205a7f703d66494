import path from "node:path";
import { ResponseError } from "vscode-languageserver";
import { candidatesFor } from "./builders/choose.ts";
import { codeActions } from "./features/codeActions.ts";
import { codeLenses } from "./features/codeLens.ts";
import { completion } from "./features/completion.ts";
import type { FeatureContext } from "./features/context.ts";
import { definition } from "./features/definition.ts";
import { documentLinks } from "./features/documentLinks.ts";
import { documentSymbols } from "./features/documentSymbols.ts";
import { foldingRanges } from "./features/folding.ts";
import { hover } from "./features/hover.ts";
import { inlayHints } from "./features/inlayHints.ts";
import { references } from "./features/references.ts";
import { prepareRename, type Refusal, rename } from "./features/rename.ts";
import { semanticTokens } from "./features/semanticTokens.ts";
import { workspaceSymbols } from "./features/workspaceSymbols.ts";
import { type Network, requestFailed } from "./protocol.ts";
import type { Session } from "./session.ts";
import type { NixDocument } from "./syntax/document.ts";
import { isWithin, pathOf } from "./workspace/networkFiles.ts";

/** Answers standard LSP from memory. A document that is no network has none of these. */
export function registerFeatures(session: Session): void {
  const { connection } = session;
  connection.onHover(({ textDocument, position }) => {
    const context = contextOf(session, textDocument.uri);
    return context === undefined ? null : hover(context, position);
  });
  connection.onCodeLens(({ textDocument }) => {
    const context = contextOf(session, textDocument.uri);
    return context === undefined ? [] : codeLenses(context);
  });
  registerSymbols(session);
  registerNavigation(session);
  registerEditing(session);
}

function registerSymbols(session: Session): void {
  const { connection, networks } = session;
  connection.onDocumentSymbol(({ textDocument: { uri } }) => {
    const network = session.network(uri);
    return network === undefined ? [] : documentSymbols(network);
  });
  connection.onWorkspaceSymbol(({ query }) =>
    workspaceSymbols(
      networks.all().flatMap(({ uri }) => session.network(uri) ?? []),
      query,
    ),
  );
  connection.languages.inlayHint.on(({ textDocument: { uri }, range }) => {
    const network = session.network(uri);
    return network === undefined ? [] : inlayHints(network, range);
  });
  connection.languages.semanticTokens.on(({ textDocument: { uri } }) => {
    const network = session.network(uri);
    return network === undefined ? { data: [] } : semanticTokens(network);
  });
  connection.onFoldingRanges(({ textDocument: { uri } }) => {
    const open = openNetwork(session, uri);
    // Null lets the editor fold by indentation.
    return open === undefined ? null : foldingRanges(open.document);
  });
}

function registerNavigation(session: Session): void {
  const { connection, paths } = session;
  connection.onDefinition(({ textDocument: { uri }, position }) => {
    const open = openNetwork(session, uri);
    return open === undefined
      ? null
      : definition(open.document, open.network, position, literal => paths.resolve(uri, literal));
  });
  connection.onReferences(({ textDocument: { uri }, position }) => {
    const open = openNetwork(session, uri);
    return open === undefined ? null : references(open.document, open.network, position, modulesOf(session, uri));
  });
  connection.onDocumentLinks(({ textDocument: { uri } }) => {
    const open = openNetwork(session, uri);
    return open === undefined ? [] : documentLinks(open.document, literal => paths.resolve(uri, literal));
  });
}

function registerEditing(session: Session): void {
  const { connection } = session;
  connection.onCompletion(({ textDocument: { uri }, position }) => {
    const open = openNetwork(session, uri);
    return open === undefined ? [] : completion(open.document, open.network, position);
  });
  connection.onPrepareRename(({ textDocument: { uri }, position }) => {
    const open = openNetwork(session, uri);
    return open === undefined ? null : orRefuse(prepareRename(open.document, open.network, position));
  });
  connection.onRenameRequest(({ textDocument: { uri }, position, newName }) => {
    const open = openNetwork(session, uri);
    if (open === undefined) return null;
    return orRefuse(rename(open.document, open.network, position, newName, modulesOf(session, uri)));
  });
  connection.onCodeAction(({ textDocument: { uri }, range, context: { diagnostics } }) => {
    const open = openNetwork(session, uri);
    const localSystem = session.toolchain.config?.system;
    return open === undefined ? [] : codeActions(open.document, open.network, range, diagnostics, localSystem);
  });
}

/** A network that an editor has open; undefined for any other document. */
function openNetwork(
  session: Session,
  uri: string,
): { readonly document: NixDocument; readonly network: Network } | undefined {
  const [document, network] = [session.networks.openDocument(uri), session.network(uri)];
  return document === undefined || network === undefined ? undefined : { document, network };
}

/** The open documents below a network's folder that are no networks themselves: its modules, as far as we can tell. */
function modulesOf(session: Session, uri: string): NixDocument[] {
  const folder = path.dirname(pathOf(uri) ?? "/");
  return session.networks.openDocuments().filter(document => {
    const file = pathOf(document.uri);
    return file !== undefined && isWithin(file, folder) && session.networks.get(document.uri) === undefined;
  });
}

function orRefuse<T>(answer: T | Refusal): T {
  if (typeof answer === "object" && answer !== null && "refused" in answer)
    throw new ResponseError(requestFailed, answer.refused);
  return answer as T;
}

/** What the features may look at; undefined when the document is no network. */
function contextOf(session: Session, uri: string): FeatureContext | undefined {
  const network = session.network(uri);
  if (network === undefined) return undefined;
  const known = session.toolchain.known;
  return {
    network,
    localSystem: session.toolchain.config?.system,
    canBuild: system => known && candidatesFor(system, known.builders),
    running: machine => session.builds.running(uri, machine),
  };
}
