import { type FoldingRange, FoldingRangeKind } from "vscode-languageserver-types";
import type { Node } from "web-tree-sitter";
import type { NixDocument } from "../syntax/document.ts";

const bracketed = ["attrset_expression", "rec_attrset_expression", "let_attrset_expression", "list_expression"];

/** Folding ranges for sets, lists, indented strings and comments with several lines. */
export function foldingRanges(document: NixDocument): FoldingRange[] {
  const nodes = document.root.descendantsOfType([...bracketed, "indented_string_expression"]);
  return [...nodes.flatMap(node => fold(document, node)), ...commentRanges(document)];
}

/** The last line, with the closing bracket, stays visible. */
function fold(document: NixDocument, node: Node): FoldingRange[] {
  const { start, end } = document.rangeOf(node);
  return end.line - 1 > start.line ? [{ startLine: start.line, endLine: end.line - 1 }] : [];
}

/** Block comments, and consecutive line comments. */
function commentRanges(document: NixDocument): FoldingRange[] {
  const found: { startLine: number; endLine: number; isBlock: boolean }[] = [];
  for (const node of document.root.descendantsOfType("comment")) {
    const { start, end } = document.rangeOf(node);
    const isBlock = document.text.startsWith("/*", node.startIndex);
    const previous = found.at(-1);
    if (previous !== undefined && !isBlock && !previous.isBlock && previous.endLine + 1 === start.line)
      previous.endLine = end.line;
    else found.push({ startLine: start.line, endLine: end.line, isBlock });
  }
  return found
    .filter(({ startLine, endLine }) => endLine > startLine)
    .map(({ startLine, endLine }) => ({ startLine, endLine, kind: FoldingRangeKind.Comment }));
}
