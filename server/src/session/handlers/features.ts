import path from "node:path";
import * as l10n from "@vscode/l10n";
import type * as v from "valibot";
import {
  type CodeAction,
  type CodeLens,
  type CompletionItem,
  type Diagnostic,
  type Hover,
  type Position,
  ResponseError,
} from "vscode-languageserver";
import { URI } from "vscode-uri";
import { untilNextText } from "../../common/lastResult.ts";
import { codeActions, replacements } from "../../features/codeActions.ts";
import { codeLenses, lensCommand } from "../../features/codeLens.ts";
import { completion, completionOfEmpty, pathAt } from "../../features/completion.ts";
import { pathItems } from "../../features/completions/paths.ts";
import { definition } from "../../features/definition.ts";
import { documentLinks } from "../../features/documentLinks.ts";
import { documentSymbols } from "../../features/documentSymbols.ts";
import { foldingRanges } from "../../features/folding.ts";
import { hover } from "../../features/hover.ts";
import { builderHover } from "../../features/hovers/builders.ts";
import { importFixes, missingImports } from "../../features/importFixes.ts";
import { inlayHints } from "../../features/inlayHints.ts";
import type { FeatureContext, KnownFiles } from "../../features/names/context.ts";
import { references } from "../../features/names/references.ts";
import { nixOptionFixes } from "../../features/nixOptionFixes.ts";
import { prepareRename, type Refusal, rename } from "../../features/rename/rename.ts";
import { semanticTokens } from "../../features/semanticTokens.ts";
import { signatureFixes } from "../../features/signatureFixes/quickFixes.ts";
import { workspaceSymbols } from "../../features/workspaceSymbols.ts";
import { mayDeclareBuildersIn } from "../../network/builders/written.ts";
import { type Network, requestFailed } from "../../protocol.ts";
import { lspRequestSchemas as schemas } from "../../schemas/lsp.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { folderEntries } from "../../workspace/folderEntries.ts";
import { absolutePath } from "../../workspace/pathKinds.ts";
import { isWithin, pathOf } from "../../workspace/paths.ts";
import { actionsFor, completionFor, hoverFor, linksFor, symbolsFor } from "../client/answers.ts";
import { onRequest } from "../client/incoming.ts";
import { choiceForSystem, choicesIn } from "./builderChoice.ts";
import { builderActionsFor } from "./buildMachine.ts";
import type { SessionContext } from "./context.ts";

/** The most missing imports that one request fixes. */
const maxMissing = 20;

/** Answers standard LSP requests from memory. Documents that are not networks have no answers. */
export function registerFeatures(session: SessionContext): void {
  const answer = answering(session);
  answer("textDocument/hover", async ({ textDocument, position }) => {
    const builders = await builderHoverAt(session, textDocument.uri, position);
    if (builders !== undefined) return hoverFor(session.traits, builders);
    const context = contextOf(session, textDocument.uri);
    if (context === undefined) return null;
    const document = session.networks.openDocument(textDocument.uri);
    const text = document && { document, files: filesOf(session, textDocument.uri) };
    return hoverFor(session.traits, hover(context, position, text));
  });
  registerLenses(session);
  registerSymbols(session);
  registerNavigation(session);
  registerEditing(session);
}

/** What a text says about builders at a position, in any open Nix file. */
async function builderHoverAt(session: SessionContext, uri: string, position: Position): Promise<Hover | undefined> {
  const document = session.networks.openDocument(uri);
  if (document === undefined || !mayDeclareBuildersIn(document)) return undefined;
  const declarations = await session.declared.declarationsIn(document);
  if (declarations === undefined) return undefined;
  const networks = session.networks.all().flatMap(network => session.network(network.uri) ?? []);
  const found = builderHover(document, declarations, position, networks);
  return found && { contents: { kind: "markdown", value: found.text }, range: found.range };
}

/** Registers handlers of standard LSP, each with the schema of its method. */
function answering(session: SessionContext) {
  return <Method extends keyof typeof schemas>(
    method: Method,
    handler: (params: v.InferOutput<(typeof schemas)[Method]>) => unknown,
  ): void => onRequest(session, method, schemas[method], handler);
}

/** A lens carries its document's number instead of its URI, which would make up most of a long list. */
function registerLenses(session: SessionContext): void {
  const answer = answering(session);
  const uris: string[] = [];
  const numberOf = (uri: string) => {
    const known = uris.indexOf(uri);
    return known === -1 ? uris.push(uri) - 1 : known;
  };
  answer("textDocument/codeLens", ({ textDocument: { uri } }): CodeLens[] => {
    const network = session.network(uri);
    if (network === undefined) return [];
    const number = numberOf(uri);
    const lenses = codeLenses(network, session.traits.commands, choicesIn(session, uri), cachedIn(session, uri));
    return lenses.map(({ range, machine, lens }) => {
      return { range, data: machine === undefined ? [number, lens] : [number, lens, machine] };
    });
  });
  answer("codeLens/resolve", ({ range, data }): CodeLens => {
    const [number, lens, machine] = data;
    const context = contextOf(session, uris[number] ?? "");
    const shown = machine === undefined ? undefined : context?.newest(machine);
    const change = shown && untilNextText(shown, Date.now());
    if (change !== undefined) session.didShowTime(change);
    const command = context && lensCommand(context, { machine, lens });
    return command === undefined ? { range, data } : { range, data, command };
  });
}

function registerSymbols(session: SessionContext): void {
  const { networks } = session;
  const answer = answering(session);
  answer("textDocument/documentSymbol", ({ textDocument: { uri } }) => {
    const network = session.network(uri);
    return network === undefined ? [] : symbolsFor(session.traits, uri, documentSymbols(network));
  });
  answer("workspace/symbol", ({ query }) =>
    workspaceSymbols(
      networks.all().flatMap(({ uri }) => session.network(uri) ?? []),
      query,
    ),
  );
  answer("textDocument/inlayHint", ({ textDocument: { uri }, range }) => {
    const network = session.network(uri);
    return network === undefined ? [] : inlayHints(network, range);
  });
  answer("textDocument/semanticTokens/full", ({ textDocument: { uri } }) => {
    const network = session.network(uri);
    return network === undefined ? { data: [] } : semanticTokens(network);
  });
  answer("textDocument/foldingRange", ({ textDocument: { uri } }) => {
    const open = openNetwork(session, uri);
    // Null lets the editor fold by indentation.
    return open === undefined ? null : foldingRanges(open.document);
  });
}

function registerNavigation(session: SessionContext): void {
  const { paths } = session;
  const answer = answering(session);
  answer("textDocument/definition", ({ textDocument: { uri }, position }) => {
    const open = openNetwork(session, uri);
    return open === undefined
      ? null
      : definition(open.document, open.network, position, literal => paths.resolve(uri, literal));
  });
  answer("textDocument/references", ({ textDocument: { uri }, position }) => {
    const open = openNetwork(session, uri);
    return open === undefined ? null : references(open.document, open.network, position, modulesOf(session, uri));
  });
  answer("textDocument/documentLink", ({ textDocument: { uri } }) => {
    const open = openNetwork(session, uri);
    if (open === undefined) return [];
    return linksFor(
      session.traits,
      documentLinks(open.document, literal => paths.resolve(uri, literal)),
    );
  });
}

function registerEditing(session: SessionContext): void {
  const answer = answering(session);
  answer("textDocument/completion", async ({ textDocument: { uri }, position }) =>
    completionFor(session.traits, await completionsAt(session, uri, position)),
  );
  answer("textDocument/prepareRename", ({ textDocument: { uri }, position }) => {
    const open = openNetwork(session, uri);
    return open === undefined ? null : orRefuse(prepareRename(open.document, open.network, position));
  });
  answer("textDocument/rename", ({ textDocument: { uri }, position, newName }) => {
    const open = openNetwork(session, uri);
    if (open === undefined) return null;
    return orRefuse(rename(open.document, open.network, position, newName, modulesOf(session, uri)));
  });
  answer("textDocument/codeAction", async ({ textDocument: { uri }, range, context: { diagnostics } }) => {
    const open = openNetwork(session, uri);
    const document = session.networks.openDocument(uri);
    const localSystem = session.toolchain.config?.system;
    const options =
      document === undefined
        ? []
        : [...nixOptionFixes(document, diagnostics), ...signatureFixes(document, diagnostics)];
    if (document !== undefined && open === undefined)
      return actionsFor(session.traits, [...options, ...replacements(document, diagnostics)]);
    if (open === undefined) return [];
    const imports = await fixesOfImports(session, open.document, diagnostics);
    const builders = await builderActionsFor(session, open, range, diagnostics);
    const others = codeActions(open.document, open.network, range, diagnostics, localSystem);
    return actionsFor(session.traits, [...imports, ...builders, ...options, ...others]);
  });
}

/** The fixes of missing imports. Their folders are read, without holding up other requests. */
async function fixesOfImports(
  { traits }: SessionContext,
  document: NixDocument,
  diagnostics: readonly Diagnostic[],
): Promise<CodeAction[]> {
  const uriOf = (literal: string) => {
    const file = absolutePath(document.uri, literal);
    return file && URI.file(file).toString();
  };
  const missing = missingImports(document, diagnostics).slice(0, maxMissing);
  const fixes = missing.map(async each => {
    const folder = absolutePath(document.uri, each.folder);
    const entries = folder === undefined ? [] : await folderEntries(folder);
    const modules = entries.filter(({ kind }) => kind !== "folder").map(({ name }) => name);
    return importFixes(document, each, { modules, uriOf: traits.createsFiles ? uriOf : undefined });
  });
  return (await Promise.all(fixes)).flat();
}

/** All from memory, except paths: the folder that a path names is read, without holding up other requests. */
async function completionsAt(session: SessionContext, uri: string, position: Position): Promise<CompletionItem[]> {
  const open = openNetwork(session, uri);
  const document = session.networks.openDocument(uri);
  if (open === undefined) return document === undefined ? [] : completionOfEmpty(document, position);
  const typed = pathAt(open.document, position);
  const folder = typed && absolutePath(uri, typed.folder);
  if (typed === undefined || folder === undefined) return completion(open.document, open.network, position);
  const own = path.parse(pathOf(uri) ?? "");
  const self = path.resolve(own.dir) === folder ? own.base : undefined;
  // An accepted folder is not typed, so that its slash triggers nothing.
  const proceed = session.traits.views
    ? { title: l10n.t("Suggest"), command: "editor.action.triggerSuggest" }
    : undefined;
  return pathItems(typed, await folderEntries(folder), self, proceed);
}

/** A network that an editor has open; undefined for any other document. */
function openNetwork(
  session: SessionContext,
  uri: string,
): { readonly document: NixDocument; readonly network: Network } | undefined {
  const [document, network] = [session.networks.openDocument(uri), session.network(uri)];
  return document === undefined || network === undefined ? undefined : { document, network };
}

/** What is known of the files that a document's paths refer to. */
function filesOf({ paths }: SessionContext, uri: string): KnownFiles {
  return {
    kind: literal => paths.at(absolutePath(uri, literal) ?? ""),
    absolute: literal => absolutePath(uri, literal),
    resolve: literal => paths.resolve(uri, literal),
  };
}

/** The open documents below a network's folder that are not networks themselves: presumably its modules. */
function modulesOf(session: SessionContext, uri: string): NixDocument[] {
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

/** The data for the features; undefined if the document is not a network. */
function contextOf(session: SessionContext, uri: string): FeatureContext | undefined {
  const network = session.network(uri);
  if (network === undefined) return undefined;
  return {
    network,
    localSystem: session.toolchain.config?.system,
    choice: choicesIn(session, uri),
    choiceForSystem: system => choiceForSystem(session, system),
    running: machine => session.builds.running(uri, machine),
    newest: machine => session.builds.newest(uri, machine),
    cached: cachedIn(session, uri),
    hydra: machine => session.hydraMachines.machine(uri, machine),
    now: Date.now(),
    commands: session.traits.commands,
  };
}

/** The cache from which a machine can be fetched: it was evaluated, and its last build did not make or fetch the same. */
function cachedIn({ builds, evaluation }: SessionContext, uri: string): FeatureContext["cached"] {
  const stamp = evaluation.networks.stamp(uri);
  return machine => {
    const last = builds.newest(uri, machine);
    if (last?.state === "succeeded" && last.outdated !== true && last.stored === undefined) return undefined;
    return evaluation.cached.of(uri, machine, stamp);
  };
}
