import type { Position } from "vscode-languageserver-types";
import type { Node } from "web-tree-sitter";
import type { Network } from "../../protocol.ts";
import { attributePathOf } from "../../syntax/attributePath.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { ancestorsOf, attributeName, staticString } from "../../syntax/nodes.ts";
import { endsWith, machineTags, orderingTags } from "./attributePath.ts";
import { machineNames } from "./machineNames.ts";

/** The symbol at a position, if it is one that the language features support. */
export type Target =
  | { readonly kind: "machine"; readonly name: string; readonly node: Node }
  | { readonly kind: "tag"; readonly tag: string; readonly node: Node; readonly of: "machine" | "ordering" }
  | { readonly kind: "path"; readonly path: string; readonly node: Node };

/** The target at a position: within its text or at one of its ends. */
export function targetAt(document: NixDocument, network: Network, position: Position): Target | undefined {
  const offset = document.offsetAt(position);
  return pathAt(document, offset) ?? tagAt(document, offset) ?? machineAt(document, network, offset);
}

/** A path literal without interpolation. */
function pathAt(document: NixDocument, offset: number): Target | undefined {
  const node = ancestorAt(document, offset, "path_expression");
  return node === undefined || !isPlainPath(node) ? undefined : { kind: "path", path: node.text, node };
}

/** Document -> its path literals at a number of updates. Finding them means scanning the whole tree. */
const pathsKnown = new WeakMap<NixDocument, { readonly updates: number; readonly paths: readonly Node[] }>();

/** All path literals of a document without interpolation. */
export function plainPaths(document: NixDocument): readonly Node[] {
  const { updates } = document;
  const known = pathsKnown.get(document);
  if (known?.updates === updates) return known.paths;
  const paths = document.root.descendantsOfType("path_expression").filter(isPlainPath);
  pathsKnown.set(document, { updates, paths });
  return paths;
}

/** Whether a path literal has no interpolation. */
export function isPlainPath(path: Node): boolean {
  return path.namedChildren.every(({ type }) => type === "path_fragment");
}

function tagAt(document: NixDocument, offset: number): Target | undefined {
  const node = ancestorAt(document, offset, "string_expression");
  return node === undefined ? undefined : tagOf(node);
}

/** The tag in a string, if the string is at the position of a tag. */
export function tagOf(node: Node): Extract<Target, { kind: "tag" }> | undefined {
  if (node.parent?.type !== "list_expression") return undefined;
  const tag = staticString(node);
  const path = attributePathOf(node);
  const of = isOrdering(path) ? "ordering" : endsWith(path, machineTags) ? "machine" : undefined;
  return tag === undefined || of === undefined ? undefined : { kind: "tag", tag, node, of };
}

function isOrdering(path: ReturnType<typeof attributePathOf>): boolean {
  return path.length === orderingTags.length && endsWith(path, orderingTags);
}

function machineAt(document: NixDocument, network: Network, offset: number): Target | undefined {
  const node = machineNames(document, network).find(name => name.startIndex <= offset && offset <= name.endIndex);
  const name = node === undefined ? undefined : attributeName(node);
  return node === undefined || name === undefined ? undefined : { kind: "machine", name, node };
}

/** The nearest node of a type around the character after the offset or before it. */
function ancestorAt(document: NixDocument, offset: number, type: string): Node | undefined {
  for (const at of [offset, offset - 1]) {
    if (at < 0) continue;
    const innermost = document.root.descendantForIndex(at);
    const node = innermost && [innermost, ...ancestorsOf(innermost)].find(around => around.type === type);
    if (node) return node;
  }
  return undefined;
}
