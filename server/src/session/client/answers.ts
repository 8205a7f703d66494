import {
  type CodeAction,
  type CompletionItem,
  type Diagnostic,
  type DocumentLink,
  type DocumentSymbol,
  type Hover,
  InsertTextFormat,
  type SymbolInformation,
} from "vscode-languageserver-types";
import { withoutMarkdown } from "../../common/markdown.ts";
import type { ClientTraits } from "./traits.ts";

// Converts answers of the features to the forms that a client supports.

export function hoverFor({ hoverFormat }: ClientTraits, hover: Hover | null): Hover | null {
  if (hover === null || hoverFormat === "markdown") return hover;
  const { contents } = hover;
  if (typeof contents !== "object" || !("kind" in contents)) return hover;
  const { value } = contents;
  return {
    ...hover,
    contents: hoverFormat === undefined ? value : { kind: hoverFormat, value: withoutMarkdown(value) },
  };
}

/** Without support for snippets they are left out: their text would have placeholders of LSP in it. */
export function completionFor(
  { markdownInCompletions, snippets }: ClientTraits,
  items: CompletionItem[],
): CompletionItem[] {
  const usable = snippets ? items : items.filter(each => each.insertTextFormat !== InsertTextFormat.Snippet);
  if (markdownInCompletions) return usable;
  return usable.map(({ documentation, ...item }) =>
    typeof documentation === "object" ? { ...item, documentation: withoutMarkdown(documentation.value) } : item,
  );
}

/** Without support for nested symbols they are a flat list, each with its location. */
export function symbolsFor(
  { nestedSymbols }: ClientTraits,
  uri: string,
  symbols: DocumentSymbol[],
): DocumentSymbol[] | SymbolInformation[] {
  return nestedSymbols ? symbols : symbols.map(({ name, kind, range }) => ({ name, kind, location: { uri, range } }));
}

export function actionsFor(client: ClientTraits, actions: CodeAction[]): CodeAction[] {
  if (!client.codeActionLiterals) return [];
  return client.preferredActions ? actions : actions.map(({ isPreferred: _, ...action }) => action);
}

export function linksFor({ linkTooltips }: ClientTraits, links: DocumentLink[]): DocumentLink[] {
  return linkTooltips ? links : links.map(({ tooltip: _, ...link }) => link);
}

export function diagnosticsFor(
  { diagnosticTags, relatedInformation: isRelated }: ClientTraits,
  diagnostics: readonly Diagnostic[],
): Diagnostic[] {
  return diagnostics.map(({ tags, relatedInformation, ...diagnostic }) => {
    const drawn = tags?.filter(tag => diagnosticTags.includes(tag)) ?? [];
    return {
      ...diagnostic,
      ...(drawn.length > 0 && { tags: drawn }),
      ...(isRelated && relatedInformation !== undefined && { relatedInformation }),
    };
  });
}
