import {
  type CompletionItem,
  CompletionItemKind,
  InsertTextFormat,
  type Position,
  type Range,
} from "vscode-languageserver-types";
import { type MorphOption, optionAt, optionsBelow, typeName } from "../options/option.ts";
import { morphOptions, morphPath } from "../options/options.ts";
import { commonSystems } from "../options/systems.ts";
import type { Network } from "../protocol.ts";
import type { AttributePath } from "../syntax/attributePath.ts";
import type { NixDocument } from "../syntax/document.ts";
import { attributeText, stringText } from "../syntax/quoting.ts";
import { attributeWords, pathInMachine } from "./completions/attributes.ts";
import { pathAtCursor, type TypedPath } from "./completions/paths.ts";
import { emptyFileSnippets, machineSnippets, networkSnippets } from "./completions/snippets.ts";
import { literal, type Word } from "./completions/word.ts";
import { documentationOf } from "./hovers/option.ts";
import { endsWith } from "./names/attributePath.ts";
import { type Cursor, CursorMarks, cursorAt } from "./names/cursor.ts";
import { tags } from "./names/references.ts";
import { isSystem } from "./names/systemPlace.ts";

/**
 * The suggestions at a position: systems, Morph's options and their values, attributes of machines, machines after `nodes.`, tags,
 * snippets. Paths are separate (`pathAt`), because they depend on the files beside the document.
 */
export function completion(document: NixDocument, network: Network, position: Position): CompletionItem[] {
  const cursor = cursorAt(document.text, document.offsetAt(position), marksOf(document));
  const range = { start: document.rangeAt(cursor.start, cursor.start).start, end: position };
  return itemsOf(wordsFor(cursor, document, network), range);
}

/** The suggestions in a file that is empty, apart from a word that is being typed. */
export function completionOfEmpty(document: NixDocument, position: Position): CompletionItem[] {
  const text = document.text.trimStart();
  if (!/^\w{0,20}\s*$/.test(text)) return [];
  const start = document.rangeAt(document.text.length - text.length, document.text.length).start;
  return itemsOf(emptyFileSnippets(), { start, end: position });
}

/** The path that is being typed at a position; undefined if there is none. */
export function pathAt(document: NixDocument, position: Position): TypedPath | undefined {
  const cursor = cursorAt(document.text, document.offsetAt(position), marksOf(document));
  return pathAtCursor(document, position, cursor);
}

function itemsOf(words: readonly Word[], range: Range): CompletionItem[] {
  return words.map(({ label, newText, kind, detail, documentation, isSnippet }, index) => ({
    label,
    kind,
    // Editors would sort by label; here the most likely come first.
    sortText: String(index).padStart(4, "0"),
    filterText: label,
    textEdit: { range, newText },
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined ? {} : { documentation: { kind: "markdown" as const, value: documentation } }),
    ...(isSnippet === true && { insertTextFormat: InsertTextFormat.Snippet }),
  }));
}

const marksKnown = new WeakMap<NixDocument, CursorMarks>();

function marksOf(document: NixDocument): CursorMarks {
  const marks = marksKnown.get(document) ?? new CursorMarks();
  marksKnown.set(document, marks);
  return marks;
}

function wordsFor(cursor: Cursor, document: NixDocument, network: Network): Word[] {
  if (cursor.place === "none") return [];
  if (cursor.before.at(-1) === "." && cursor.before.at(-2) === "nodes") return machineWords(cursor, network);
  const { path } = cursor;
  if (cursor.place === "name") return cursor.inString ? [] : nameWords(cursor, document, network);
  if (!isFreshValue(cursor)) return [];
  if (isSystem(path)) return systemWords(cursor);
  const option = morphPath(path);
  if (option === undefined) return [];
  if (endsWith(option, ["tags", "*"])) return tagWords(cursor, document, network);
  return valueWords(cursor, optionAt(morphOptions(), option));
}

/** Whether the value is still empty, or there is only a wrapper such as `lib.mkDefault`, or other elements of a list. */
function isFreshValue({ before, path }: Cursor): boolean {
  return path.at(-1) === "*" || before.every(piece => /^(?:lib|\.|mk\w+|\(|\d+)$/.test(piece));
}

function systemWords(cursor: Cursor): Word[] {
  return [...commonSystems()].map(([system, text]) => ({ ...literal(cursor, system), detail: text }));
}

function machineWords({ inString }: Cursor, { machines }: Network): Word[] {
  return machines.map(({ name, system }) => ({
    label: name,
    newText: inString ? stringText(name).slice(1, -1) : attributeText(name),
    kind: CompletionItemKind.Reference,
    ...(system.value === undefined ? {} : { detail: system.value }),
  }));
}

function nameWords(cursor: Cursor, document: NixDocument, network: Network): Word[] {
  const { path, inLet } = cursor;
  if (path.length === 0) return inLet || cursor.isArgument ? [] : networkSnippets(network, hasNetwork(document));
  const inMachine = pathInMachine(cursor);
  return [
    ...(inMachine?.length === 0 ? attributeWords(document, network) : []),
    ...optionWords(path),
    ...(inMachine === undefined ? [] : machineSnippets(inMachine)),
  ];
}

function hasNetwork(document: NixDocument): boolean {
  return /(?:^|[{;])[^\S\n]*network\b/m.test(document.text);
}

function optionWords(path: AttributePath): Word[] {
  const option = morphPath(path);
  if (option === undefined) return [];
  return optionsBelow(morphOptions(), option).map(each => ({
    label: each.path.at(-1) ?? "",
    newText: each.path.at(-1) ?? "",
    kind: CompletionItemKind.Property,
    detail: typeName(each.type),
    documentation: documentationOf(each),
  }));
}

function tagWords(cursor: Cursor, document: NixDocument, { machines, orderingTags = [], complete }: Network): Word[] {
  // If all tags of the machines are known, the text has no others.
  const isAllKnown = complete && !document.root.hasError && machines.every(({ isPartlyRead }) => isPartlyRead !== true);
  const stated = isAllKnown ? orderingTags : tags(document).map(({ tag }) => tag);
  const used = new Set([...machines.flatMap(machine => machine.tags ?? []), ...stated]);
  // The partly typed string is not an existing tag.
  return [...used]
    .filter(tag => tag !== cursor.typed)
    .toSorted()
    .map(tag => literal(cursor, tag));
}

function valueWords(cursor: Cursor, option: MorphOption | undefined): Word[] {
  if (option === undefined) return [];
  if (typeof option.type !== "string") return option.type.oneOf.map(value => literal(cursor, value));
  const constants = option.type === "boolean" ? ["true", "false"] : option.type.endsWith("or null") ? ["null"] : [];
  return cursor.inString
    ? []
    : constants.map(constant => ({ label: constant, newText: constant, kind: CompletionItemKind.Keyword }));
}
