import type { TextEdit } from "vscode-languageserver-types";
import type { Node } from "web-tree-sitter";
import type { NixDocument } from "../../syntax/document.ts";
import { isSet } from "../../syntax/nodes.ts";
import { literalSets } from "../../syntax/values.ts";

/** The only literal set of a value, if the value is nothing else. A set that is bound to a name may belong to several machines. */
export function ownSet(value: Node): Node | undefined {
  const { sets, complete } = literalSets(value);
  const [body] = sets;
  if (!complete || body === undefined || sets.length > 1) return undefined;
  const isWithin = value.startIndex <= body.startIndex && body.endIndex <= value.endIndex;
  return isSet(body) && isWithin ? body : undefined;
}

/** Lines as the first of a set, each with the set's indentation. In a set on one line they are put on that line. */
export function insertion(document: NixDocument, set: Node, lines: readonly string[]): TextEdit {
  const brace = set.startIndex + set.text.indexOf("{") + 1;
  const content = set.text.slice(set.text.indexOf("{") + 1, -1);
  const isEmpty = content.trim() === "";
  if (!content.includes("\n") && !isEmpty) {
    const newText = ` ${lines.map(line => line.trim()).join(" ")}`;
    return { range: document.rangeAt(brace, brace), newText };
  }
  const eol = lineEnd(document);
  const outer = indentationAt(document, set.startIndex);
  const newText = lines.map(line => `${eol}${outer}  ${line}`).join("");
  if (!isEmpty) return { range: document.rangeAt(brace, brace), newText };
  return { range: document.rangeAt(brace, set.endIndex - 1), newText: `${newText}${eol}${outer}` };
}

/** An element at the end of a list, indented as the one before. */
export function appended(document: NixDocument, list: Node, element: readonly string[]): TextEdit {
  const last = list.namedChildren.at(-1);
  if (list.text.includes("\n") && last !== undefined && last !== null) {
    const indentation = indentationAt(document, last.startIndex);
    const newText = element.map(line => `${lineEnd(document)}${indentation}${line}`).join("");
    return { range: document.rangeAt(last.endIndex, last.endIndex), newText };
  }
  const end = list.endIndex - 1;
  const space = /\s/.test(document.text[end - 1] ?? "") ? "" : " ";
  return { range: document.rangeAt(end, end), newText: `${space}${element.map(line => line.trim()).join(" ")} ` };
}

/** The line end of a text. */
function lineEnd({ text }: NixDocument): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** What precedes the first other character of a line. */
function indentationAt(document: NixDocument, offset: number): string {
  const { line } = document.rangeAt(offset, offset).start;
  return /^[ \t]*/.exec(document.text.slice(document.offsetAt({ line, character: 0 })))?.[0] ?? "";
}
