import type { Node } from "web-tree-sitter";
import type { NixDocument } from "../syntax/document.ts";
import { attributeName, childrenOf } from "../syntax/nodes.ts";
import type { Scope } from "./scope.ts";
import { lookup } from "./scope.ts";
import { type Attribute, type Definition, lazy, select, set, type Thunk, unknown, type Value } from "./value.ts";

/** Evaluates an expression of a document. */
export type Evaluate = (node: Node, scope: Scope) => Value;

/** One binding with its path evaluated. */
interface Entry {
  readonly path: readonly string[];
  readonly thunk: Thunk;
  readonly definition: Definition;
}

/** The attributes of a set or a `let`, and whether all their names are known. */
export interface Attributes {
  readonly attributes: Map<string, Attribute>;
  readonly complete: boolean;
}

/** The bindings of a set or a `let`. */
export function bindingNodes(owner: Node): Node[] {
  return owner.namedChildren.filter(({ type }) => type === "binding_set").flatMap(({ namedChildren }) => namedChildren);
}

/**
 * Reads the bindings of a set or a `let`.
 *
 * @param inner where values are evaluated: the names of a `rec` or `let` are visible to themselves.
 * @param outer where `inherit x;` looks.
 */
export function attributesOf(
  bindings: readonly Node[],
  document: NixDocument,
  evaluate: Evaluate,
  inner: () => Scope,
  outer: Scope,
): Attributes {
  const entries: Entry[] = [];
  let complete = true;
  for (const node of bindings) {
    if (node.type === "binding") {
      const entry = bindingEntry(node, document, evaluate, inner);
      if (entry === undefined) complete = false;
      else entries.push(entry);
    } else if (node.type === "inherit" || node.type === "inherit_from")
      entries.push(...inheritedEntries(node, document, evaluate, inner, outer));
  }
  return { attributes: grouped(entries), complete };
}

function bindingEntry(node: Node, document: NixDocument, evaluate: Evaluate, scope: () => Scope): Entry | undefined {
  const attrpath = node.childForFieldName("attrpath");
  const value = node.childForFieldName("expression");
  const segments = attrpath === null ? [] : childrenOf(attrpath);
  const path = segments.map(segment => segmentName(segment, evaluate, scope));
  const first = segments[0];
  if (first === undefined || !path.every(name => name !== undefined)) return undefined;
  return {
    path,
    thunk: lazy(() => (value === null ? unknown : evaluate(value, scope()))),
    definition: {
      name: originOf(first, document),
      binding: originOf(node, document),
      value: value === null ? undefined : originOf(value, document),
    },
  };
}

/** The name of a segment, also of one that is computed. */
export function segmentName(segment: Node, evaluate: Evaluate, scope: () => Scope): string | undefined {
  const literal = attributeName(segment);
  if (literal !== undefined) return literal;
  const expression = segment.type === "interpolation" ? segment.childForFieldName("expression") : segment;
  const value = expression === null ? unknown : evaluate(expression, scope());
  return value.kind === "string" ? value.text : undefined;
}

function inheritedEntries(
  node: Node,
  document: NixDocument,
  evaluate: Evaluate,
  inner: () => Scope,
  outer: Scope,
): Entry[] {
  const names = node.childForFieldName("attrs");
  const from = node.childForFieldName("expression");
  const source = from === null ? undefined : lazy(() => evaluate(from, inner()));
  return (names === null ? [] : childrenOf(names)).flatMap(name => {
    const text = attributeName(name);
    if (text === undefined) return [];
    const origin = originOf(name, document);
    const find = () => (source === undefined ? lookup(outer, text) : (select(source.force(), text) ?? unknown));
    return { path: [text], thunk: lazy(find), definition: { name: origin, binding: origin } };
  });
}

function originOf(node: Node, document: NixDocument) {
  return { document, start: node.startIndex, end: node.endIndex };
}

/** Puts `a.b = 1; a.c = 2;` together as `a = { b = 1; c = 2; };`, the first binding being where `a` is defined. */
function grouped(entries: readonly Entry[]): Map<string, Attribute> {
  const groups = new Map<string, Entry[]>();
  for (const entry of entries) {
    const name = entry.path[0] ?? "";
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [entry]);
    else group.push(entry);
  }
  const attributes = new Map<string, Attribute>();
  for (const [name, group] of groups) {
    const [first] = group;
    if (first === undefined) continue;
    const thunk = group.length === 1 && first.path.length === 1 ? first.thunk : lazy(() => merged(group));
    attributes.set(name, { thunk, definition: first.definition });
  }
  return attributes;
}

/** What several bindings of one name are together: Nix merges literal sets. */
function merged(group: readonly Entry[]): Value {
  const deeper = group.flatMap(({ path, ...entry }) => (path.length > 1 ? [{ ...entry, path: path.slice(1) }] : []));
  const attributes = grouped(deeper);
  let complete = true;
  for (const { path, thunk } of group) {
    if (path.length > 1) continue;
    const value = thunk.force();
    if (value.kind !== "set") return group.length === 1 ? value : unknown;
    complete &&= value.complete;
    for (const [name, attribute] of value.attributes) attributes.set(name, attribute);
  }
  return set(attributes, complete);
}
