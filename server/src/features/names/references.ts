import type { Location, Position } from "vscode-languageserver-types";
import type { Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { namesOfMachine } from "./machineNames.ts";
import { type Target, tagOf, targetAt } from "./target.ts";

/** All references to the machine or tag at a position, in the document and in others of the network. */
export function references(
  document: NixDocument,
  network: Network,
  position: Position,
  others: readonly NixDocument[] = [],
): Location[] {
  const target = targetAt(document, network, position);
  if (target === undefined || target.kind === "path") return [];
  const documents = [document, ...others];
  if (target.kind === "machine")
    return documents.flatMap(each => namesOfMachine(each, network, target.name).map(node => locate(each, node)));
  return documents.flatMap(each => tags(each, target.tag).map(({ node }) => locate(each, node)));
}

/** All occurrences of a tag in a document; of all tags without `tag`. */
export function tags(document: NixDocument, tag?: string): Extract<Target, { kind: "tag" }>[] {
  if (!document.text.includes("tags")) return [];
  return document.root
    .descendantsOfType("list_expression")
    .flatMap(list => list.namedChildren)
    .filter(({ type }) => type === "string_expression")
    .flatMap(node => tagOf(node) ?? [])
    .filter(found => tag === undefined || found.tag === tag);
}

function locate(document: NixDocument, node: Parameters<NixDocument["rangeOf"]>[0]): Location {
  return { uri: document.uri, range: document.rangeOf(node) };
}
