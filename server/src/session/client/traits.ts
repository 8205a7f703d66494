import os from "node:os";
import path from "node:path";
import * as v from "valibot";
import type { ClientCapabilities, InitializeParams, MarkupKind } from "vscode-languageserver";
import { initializationOptions } from "../../schemas/requests.ts";
import { pathOf } from "../../workspace/paths.ts";
import { parseOrThrow } from "./incoming.ts";

/** The client's capabilities and options, from its `initialize`. A capability that is not listed is not supported. */
export interface ClientTraits {
  readonly trusted: boolean;
  readonly storageDir: string;
  /** The client shows builds itself. */
  readonly views: boolean;
  /** The commands that it has for lenses (`lensCommands`). */
  readonly commands: ReadonlySet<string>;
  /** Section `morph`, for a client without `workspace/configuration`. */
  readonly settings: unknown;
  /** Paths of the workspace's folders. */
  readonly folders: readonly string[];
  /** English text -> translation. */
  readonly translations: Readonly<Record<string, string>>;
  /** Name and versions, for the log. */
  readonly description: string;
  readonly hasConfiguration: boolean;
  /** It can be asked to send `workspace/didChangeConfiguration`. */
  readonly registersConfiguration: boolean;
  readonly watchesFiles: boolean;
  readonly changesFolders: boolean;
  readonly refreshesLenses: boolean;
  readonly showsProgress: boolean;
  /** The format of hovers; undefined: no support for `MarkupContent`, so LSP's older `MarkedString` is used. */
  readonly hoverFormat: MarkupKind | undefined;
  readonly markdownInCompletions: boolean;
  /** Edits may create files. */
  readonly createsFiles: boolean;
  /** Completions may be snippets, with places to fill in. */
  readonly snippets: boolean;
  readonly nestedSymbols: boolean;
  /** Code actions may be edits; otherwise they would be commands. */
  readonly codeActionLiterals: boolean;
  readonly preferredActions: boolean;
  readonly preparesRenames: boolean;
  readonly linkTooltips: boolean;
  /** The `DiagnosticTag`s that it supports. */
  readonly diagnosticTags: readonly number[];
  /** Diagnostics may have related locations. */
  readonly relatedInformation: boolean;
  readonly semanticTokens: boolean;
}

/** @throws InvalidParams if the initialization options are malformed. */
export function clientTraits(params: InitializeParams): ClientTraits {
  const { capabilities, clientInfo, workspaceFolders, rootUri } = params;
  const options = parseOrThrow(initializationOptions, params.initializationOptions ?? {}, "initializationOptions");
  const folders = v.is(v.array(v.object({ uri: v.string() })), workspaceFolders) ? workspaceFolders : undefined;
  const uris = folders?.map(({ uri }) => uri) ?? (typeof rootUri === "string" ? [rootUri] : []);
  return {
    trusted: options.trusted === true,
    storageDir: options.storageDir ?? defaultStorageDir(),
    views: options.views === true,
    commands: new Set(options.commands),
    settings: options.settings,
    translations: options.translations ?? {},
    folders: uris.flatMap(uri => pathOf(uri) ?? []),
    description: [
      `${clientInfo?.name ?? "client"} ${clientInfo?.version ?? "of unknown version"}`,
      ...(options.version === undefined ? [] : [`extension ${options.version}`]),
    ].join(", "),
    ...abilities(capabilities),
  };
}

/** The traits that do not come from its capabilities. */
type Wish = "trusted" | "storageDir" | "views" | "commands" | "settings" | "folders" | "translations" | "description";

type Ability = Exclude<keyof ClientTraits, Wish>;

function abilities({ workspace, window, textDocument }: ClientCapabilities): Pick<ClientTraits, Ability> {
  const { hover, completion, documentSymbol, codeAction, rename, documentLink, publishDiagnostics } =
    textDocument ?? {};
  const hasMarkdown = (formats: readonly MarkupKind[] | undefined) => listOf(formats).includes("markdown");
  return {
    hasConfiguration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    changesFolders: workspace?.workspaceFolders === true,
    refreshesLenses: workspace?.codeLens?.refreshSupport === true,
    showsProgress: window?.workDoneProgress === true,
    hoverFormat: hover?.contentFormat && (hasMarkdown(hover.contentFormat) ? "markdown" : "plaintext"),
    markdownInCompletions: hasMarkdown(completion?.completionItem?.documentationFormat),
    createsFiles:
      workspace?.workspaceEdit?.documentChanges === true &&
      listOf(workspace.workspaceEdit.resourceOperations).includes("create"),
    snippets: completion?.completionItem?.snippetSupport === true,
    nestedSymbols: documentSymbol?.hierarchicalDocumentSymbolSupport === true,
    codeActionLiterals: isObject(codeAction?.codeActionLiteralSupport),
    preferredActions: codeAction?.isPreferredSupport === true,
    preparesRenames: rename?.prepareSupport === true,
    linkTooltips: documentLink?.tooltipSupport === true,
    diagnosticTags: listOf(publishDiagnostics?.tagSupport?.valueSet),
    relatedInformation: publishDiagnostics?.relatedInformation === true,
    semanticTokens: isObject(textDocument?.semanticTokens),
  };
}

/** Some clients send values that LSP does not allow. */
function listOf<T>(value: readonly T[] | null | undefined): readonly T[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

function defaultStorageDir(): string {
  const state = process.env.XDG_STATE_HOME ?? path.join(os.homedir(), ".local/state");
  return path.join(state, "morph-language-server");
}
