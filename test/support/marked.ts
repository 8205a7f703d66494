import type { Position, Range } from "vscode-languageserver-types";
import { readNetwork } from "../../server/src/network/network.ts";
import type { Network } from "../../server/src/protocol.ts";
import type { NixDocument } from "../../server/src/syntax/document.ts";
import { nixDocument } from "./nixDocument.ts";

/** A network file with a cursor. */
export interface Marked {
  readonly document: NixDocument;
  readonly network: Network;
  readonly position: Position;
}

/** Reads a text in which the one `|` stands for the cursor. */
export function marked(text: string, uri = "file:///net/network.nix"): Marked {
  const offset = text.indexOf("|");
  if (offset === -1 || text.includes("|", offset + 1)) throw new Error("The text needs one mark.");
  const document = nixDocument(text.slice(0, offset) + text.slice(offset + 1), uri);
  return { document, network: readNetwork(document), position: document.rangeAt(offset, offset).start };
}

/** The text of a range of a document. */
export function textAt(document: NixDocument, { start, end }: Range): string {
  return document.text.slice(document.offsetAt(start), document.offsetAt(end));
}

/** A text with edits applied, of which no two overlap. */
export function edited(
  document: NixDocument,
  edits: readonly { readonly range: Range; readonly newText: string }[],
): string {
  let { text } = document;
  for (const { range, newText } of edits.toSorted(
    (a, b) => document.offsetAt(b.range.start) - document.offsetAt(a.range.start),
  ))
    text = text.slice(0, document.offsetAt(range.start)) + newText + text.slice(document.offsetAt(range.end));
  return text;
}
