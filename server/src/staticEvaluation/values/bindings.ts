import type { Node } from "web-tree-sitter";
import type { NixDocument } from "../../syntax/document.ts";
import { attributeName, childrenOf, plainPath } from "../../syntax/nodes.ts";
import type { Budget } from "./budget.ts";
import type { Scope } from "./scope.ts";
import { lookup } from "./scope.ts";
import {
  type Attribute,
  type Definition,
  lazy,
  type Origin,
  select,
  set,
  type Thunk,
  unknown,
  type Value,
} from "./value.ts";

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

/** One binding as written in the text, which is the same for every evaluation of its set. */
export type Written = WrittenBinding | WrittenInherit;

interface WrittenBinding {
  /** The segments of its path, if not all of them are literal. */
  readonly segments: readonly Node[];
  /** The names of the segments, if all of them are literal. */
  readonly path: readonly string[] | undefined;
  /** The whole binding. A node caches the children that were read from it, so the node of the value is looked up each time. */
  readonly node: Node;
  readonly definition: Definition;
}

/** `inherit a b;`, `inherit (from) a b;` */
interface WrittenInherit {
  readonly from: Node | undefined;
  readonly names: readonly { readonly path: readonly [string]; readonly definition: Definition }[];
}

/** The bindings of a set or a `let`. */
export function bindingNodes(owner: Node): Node[] {
  return owner.namedChildren.filter(({ type }) => type === "binding_set").flatMap(({ namedChildren }) => namedChildren);
}

/** Reads the bindings of a set or a `let` from the text. */
export function writtenIn(bindings: readonly Node[], document: NixDocument): Written[] {
  return bindings.flatMap(node => {
    if (node.type === "binding") return writtenBinding(node, document);
    return node.type === "inherit" || node.type === "inherit_from" ? [writtenInherit(node, document)] : [];
  });
}

function writtenBinding(node: Node, document: NixDocument): Written[] {
  const attrpath = node.childForFieldName("attrpath");
  const definition = new WrittenDefinition(node, document);
  const plain = attrpath === null ? undefined : plainPath(attrpath.text);
  if (plain !== undefined) return [{ segments: [], path: plain, node, definition }];
  const segments = attrpath === null ? [] : childrenOf(attrpath);
  const names = segments.map(attributeName);
  const path = names.length > 0 && names.every(name => name !== undefined) ? names : undefined;
  return [{ segments: path === undefined ? segments : [], path, node, definition }];
}

/** The positions of a binding and its parts. They are looked up on demand, as most are never needed. */
class WrittenDefinition implements Definition {
  readonly #node: Node;
  readonly #document: NixDocument;

  constructor(node: Node, document: NixDocument) {
    this.#node = node;
    this.#document = document;
  }

  get name(): Origin {
    const attrpath = this.#node.childForFieldName("attrpath");
    const first = attrpath === null ? undefined : childrenOf(attrpath)[0];
    return originOf(first ?? this.#node, this.#document);
  }

  get binding(): Origin {
    return originOf(this.#node, this.#document);
  }

  get value(): Origin | undefined {
    const value = expressionOf(this.#node);
    return value && originOf(value, this.#document);
  }
}

/** The expression after the `=` of a binding. */
function expressionOf(binding: Node): Node | undefined {
  return binding.childForFieldName("expression") ?? undefined;
}

function writtenInherit(node: Node, document: NixDocument): Written {
  const names = node.childForFieldName("attrs");
  return {
    from: node.childForFieldName("expression") ?? undefined,
    names: (names === null ? [] : childrenOf(names)).flatMap(name => {
      const text = attributeName(name);
      return text === undefined ? [] : [{ path: [text], definition: inheritedDefinition(name, document) }];
    }),
  };
}

function inheritedDefinition(name: Node, document: NixDocument): Definition {
  const origin = originOf(name, document);
  return { name: origin, binding: origin };
}

/**
 * Evaluates the bindings of a set or a `let`.
 *
 * @param inner the scope in which values are evaluated: it includes the names of a `rec` or `let` themselves.
 * @param outer the scope for `inherit x;`.
 */
export function attributesOf(
  bindings: readonly Written[],
  evaluate: Evaluate,
  inner: () => Scope,
  outer: Scope,
  budget: Budget,
): Attributes {
  const entries: Entry[] = [];
  let complete = true;
  for (const written of bindings) {
    if ("names" in written) {
      if (!budget.makeWritten(written.names.length)) return { attributes: new Map(), complete: false };
      for (const entry of inheritedEntries(written, evaluate, inner, outer)) entries.push(entry);
      continue;
    }
    const entry = budget.makeWritten(1) ? bindingEntry(written, evaluate, inner) : undefined;
    if (entry === undefined) complete = false;
    else entries.push(entry);
  }
  return { attributes: grouped(entries), complete };
}

function bindingEntry(written: WrittenBinding, evaluate: Evaluate, scope: () => Scope): Entry | undefined {
  const { segments, node, definition } = written;
  const path = written.path ?? segments.map(segment => segmentName(segment, evaluate, scope));
  if (path.length === 0 || !path.every(name => name !== undefined)) return undefined;
  const value = () => {
    const expression = expressionOf(node);
    return expression === undefined ? unknown : evaluate(expression, scope());
  };
  return { path, thunk: lazy(value), definition };
}

/** The name of a segment, which may be computed. */
export function segmentName(segment: Node, evaluate: Evaluate, scope: () => Scope): string | undefined {
  const literal = attributeName(segment);
  if (literal !== undefined) return literal;
  const expression = segment.type === "interpolation" ? segment.childForFieldName("expression") : segment;
  const value = expression === null ? unknown : evaluate(expression, scope());
  return value.kind === "string" ? value.text : undefined;
}

function inheritedEntries(
  { from, names }: WrittenInherit,
  evaluate: Evaluate,
  inner: () => Scope,
  outer: Scope,
): Entry[] {
  const source = from && lazy(() => evaluate(from, inner()));
  return names.map(({ path, definition }) => {
    const [name] = path;
    const find = () => (source === undefined ? lookup(outer, name) : (select(source.force(), name) ?? unknown));
    return { path, thunk: lazy(find), definition };
  });
}

function originOf(node: Node, document: NixDocument): Origin {
  return { document, start: node.startIndex, end: node.endIndex };
}

/** Merges `a.b = 1; a.c = 2;` to `a = { b = 1; c = 2; };`. The first binding is the definition of `a`. */
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

/** Merges several bindings of one name: Nix merges literal sets. It refuses anything else, of which the first is used. */
function merged(group: readonly Entry[]): Value {
  const deeper = group.flatMap(({ path, ...entry }) => (path.length > 1 ? [{ ...entry, path: path.slice(1) }] : []));
  const attributes = grouped(deeper);
  let complete = true;
  for (const { path, thunk } of group) {
    if (path.length > 1) continue;
    const value = thunk.force();
    if (value.kind !== "set") return value;
    complete &&= value.complete;
    for (const [name, attribute] of value.attributes) attributes.set(name, attribute);
  }
  return set(attributes, complete);
}
