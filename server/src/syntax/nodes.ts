import type { Node } from "web-tree-sitter";

/** One `a.b.c = value;` or one name of an `inherit` in a set. */
export interface Binding {
  /** The attribute path; a computed segment is undefined. */
  readonly path: readonly (string | undefined)[];
  /** The nodes of the segments, quotes included. */
  readonly names: readonly Node[];
  /** Absent for `inherit` and in text with an error. */
  readonly value: Node | undefined;
  /** The whole binding; for `inherit` the name alone. */
  readonly node: Node;
}

const setTypes: ReadonlySet<string> = new Set([
  "attrset_expression",
  "rec_attrset_expression",
  "let_attrset_expression",
]);

export function isSet(node: Node): boolean {
  return setTypes.has(node.type);
}

/** The named children that are not comments. */
export function childrenOf(node: Node): Node[] {
  return node.namedChildren.filter(child => child.type !== "comment");
}

/** The ancestors of deeper nodes are not searched: real code is not nested that deep. */
const maxAncestors = 1000;

/**
 * The ancestors of a node, the nearest first; none if the node is too deep. Nodes do not store their parent, so `parent`
 * descends from the root for each call. This function descends only once.
 */
export function ancestorsOf(node: Node): Node[] {
  const found: Node[] = [];
  let around: Node = node.tree.rootNode;
  while (around.id !== node.id) {
    if (found.push(around) > maxAncestors) return [];
    const next = around.childWithDescendant(node);
    if (next === null) return [];
    around = next;
  }
  return found.reverse();
}

/** The node without the parentheses around it. */
export function withoutParentheses(node: Node): Node {
  let inner: Node = node;
  while (inner.type === "parenthesized_expression") {
    const next = inner.childForFieldName("expression");
    if (next === null) return inner;
    inner = next;
  }
  return inner;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t" };

/** The value of a string literal without interpolation, or undefined. */
export function staticString(node: Node): string | undefined {
  const literal = withoutParentheses(node);
  if (literal.type === "uri_expression") return literal.text;
  if (literal.type !== "string_expression" && literal.type !== "indented_string_expression") return undefined;
  let value = "";
  for (const part of literal.namedChildren) {
    if (part.type === "string_fragment") value += part.text;
    else if (part.type === "escape_sequence") value += unescapedSequence(part.text);
    // The escape of a dollar has no text of its own: the dollar is a separate fragment.
    else if (part.type !== "dollar_escape") return undefined;
  }
  return value;
}

/** `\n` in a string, `''\n` and `'''` in an indented one. */
export function unescapedSequence(sequence: string): string {
  if (sequence === "'''") return "''";
  const character = sequence.slice(sequence.startsWith("''\\") ? 3 : 1);
  return escapes[character] ?? character;
}

/** The name of a segment of an attribute path; undefined if it is computed. */
export function attributeName(segment: Node): string | undefined {
  if (segment.type === "identifier") return segment.text;
  if (segment.type === "string_expression") return staticString(segment);
  const inner = segment.type === "interpolation" ? segment.childForFieldName("expression") : null;
  return inner === null ? undefined : staticString(inner);
}

/** All bindings of a set or of a `let`, in the order of the text. */
export function bindingsOf(owner: Node): Binding[] {
  return [...eachBindingOf(owner)];
}

/** The same as a generator, so that the nodes of thousands of bindings are not in memory at the same time. */
export function* eachBindingOf(owner: Node): Generator<Binding> {
  for (const container of owner.namedChildren) {
    if (container.type !== "binding_set") continue;
    for (const child of container.namedChildren) {
      if (child.type === "binding") yield* bindingOf(child);
      if (child.type === "inherit" || child.type === "inherit_from") yield* inheritedBy(child);
    }
  }
}

function bindingOf(node: Node): Binding[] {
  const attrpath = node.childForFieldName("attrpath");
  return attrpath === null ? [] : [new WrittenBinding(node, attrpath)];
}

/** A binding whose nodes are looked up on demand: for most of thousands only the name is needed. */
class WrittenBinding implements Binding {
  readonly path: Binding["path"];
  readonly node: Node;
  readonly #attrpath: Node;

  constructor(node: Node, attrpath: Node) {
    this.node = node;
    this.#attrpath = attrpath;
    this.path = plainPath(attrpath.text) ?? this.names.map(attributeName);
  }

  get names(): readonly Node[] {
    return childrenOf(this.#attrpath);
  }

  get value(): Node | undefined {
    return this.node.childForFieldName("expression") ?? undefined;
  }
}

const barePath = /^[A-Za-z_][\w'-]*(?:\.[A-Za-z_][\w'-]*)*$/;
const quotedName = /^"[^"\\$\r\n]*"$/;

/** The names in an attribute path that is written as most are, `a.b.c` or `"a.b"`; undefined of any other. */
export function plainPath(text: string): string[] | undefined {
  if (text.startsWith('"')) return quotedName.test(text) ? [text.slice(1, -1)] : undefined;
  return barePath.test(text) ? text.split(".") : undefined;
}

function inheritedBy(node: Node): Binding[] {
  const names = node.childForFieldName("attrs");
  if (names === null) return [];
  return childrenOf(names).map(name => ({ path: [attributeName(name)], names: [name], value: undefined, node: name }));
}

/** An attribute found by its path. */
export interface Attribute {
  readonly value: Node;
  /** The last segment of the path, which names the attribute. */
  readonly name: Node;
}

/**
 * Every literal definition of `path` in a set, however it is nested: `a.b = x`, `a = { b = x; }`, `a = rec { b = x; }`.
 */
export function attributesAt(set: Node, path: readonly string[]): Attribute[] {
  if (!isSet(set)) return [];
  return bindingsOf(set).flatMap(({ path: bound, names, value }) => {
    if (value === undefined || bound.length > path.length || bound.some((segment, i) => segment !== path[i])) return [];
    const rest = path.slice(bound.length);
    if (rest.length > 0) return attributesAt(withoutParentheses(value), rest);
    const name = names.at(-1);
    return name === undefined ? [] : [{ value, name }];
  });
}
