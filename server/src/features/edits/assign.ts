import { TextDocument } from "vscode-languageserver-textdocument";
import type { TextEdit } from "vscode-languageserver-types";
import type { Node } from "web-tree-sitter";
import type { NixDocument } from "../../syntax/document.ts";
import { type Binding, bindingsOf, childrenOf, isSet, staticString, withoutParentheses } from "../../syntax/nodes.ts";
import { attributeText } from "../../syntax/quoting.ts";
import { syntaxFaults } from "../../syntax/strict/read.ts";
import { appended, insertion } from "./insertion.ts";

/** An option that is to have a value, as Nix text. */
export type Assignment = {
  readonly path: readonly string[];
} & (
  | { readonly kind: "value"; readonly text: string }
  /** An element of a list, which may have others. */
  | { readonly kind: "element"; readonly lines: readonly string[] }
);

/** What an assignment requires. `conflict`: the option is set in a way that an edit cannot extend. */
type Change =
  | { readonly kind: "none" }
  | { readonly kind: "conflict" }
  | { readonly kind: "append"; readonly list: Node; readonly element: readonly string[] }
  | { readonly kind: "insert"; readonly set: Node; readonly lines: readonly string[] };

/**
 * The edits that make a literal set of options have all of these values, beside those that it has: sets that are nested or
 * dotted are extended, and lists get one more element. Undefined if that cannot be done, or the text has syntax errors; empty
 * if nothing is to be done.
 */
export function assign(
  document: NixDocument,
  set: Node,
  assignments: readonly Assignment[],
): readonly TextEdit[] | undefined {
  if (syntaxFaults(document.text).length > 0) return undefined;
  const changes = assignments.map(assignment => changeFor(set, assignment.path, assignment));
  if (changes.some(({ kind }) => kind === "conflict")) return undefined;
  const lines = new Map<number, { readonly set: Node; readonly lines: string[] }>();
  const edits: TextEdit[] = [];
  for (const change of changes) {
    if (change.kind === "append") edits.push(appended(document, change.list, change.element));
    if (change.kind !== "insert") continue;
    const known = lines.get(change.set.id) ?? { set: change.set, lines: [] };
    lines.set(change.set.id, known);
    known.lines.push(...change.lines);
  }
  for (const each of lines.values()) edits.push(insertion(document, each.set, each.lines));
  return isStillValid(document, edits) ? edits : undefined;
}

function changeFor(set: Node, path: readonly string[], assignment: Assignment): Change {
  const around = bindingsOf(set).filter(({ path: bound }) => isPrefix(bound, path));
  const [binding] = around.toSorted((a, b) => b.path.length - a.path.length);
  if (binding !== undefined) return changeWithin(binding, path.slice(binding.path.length), assignment);
  const name = path.map(attributeText).join(".");
  if (assignment.kind === "value") return { kind: "insert", set, lines: [`${name} = ${assignment.text};`] };
  const [first = "", ...others] = assignment.lines;
  const lines =
    others.length === 0
      ? [`${name} = [ ${first} ];`]
      : [`${name} = [`, ...assignment.lines.map(line => `  ${line}`), "];"];
  return { kind: "insert", set, lines };
}

/** What a binding, which sets the option or a set around it, needs. @param rest the path of the option within it. */
function changeWithin({ value }: Binding, rest: readonly string[], assignment: Assignment): Change {
  if (value === undefined) return { kind: "conflict" };
  const node = withoutParentheses(value);
  if (rest.length > 0) return isSet(node) ? changeFor(node, rest, assignment) : { kind: "conflict" };
  if (assignment.kind === "value") return { kind: node.text === assignment.text ? "none" : "conflict" };
  if (node.type !== "list_expression") return { kind: "conflict" };
  const isThere = childrenOf(node).some(element => isSame(element, assignment.lines.join("\n")));
  return isThere ? { kind: "none" } : { kind: "append", list: node, element: assignment.lines };
}

function isSame(element: Node, text: string): boolean {
  const literal = staticString(element);
  return element.text === text || (literal !== undefined && `"${literal}"` === text);
}

/** Whether a bound path leads to a path or to what it is in. A computed name may be any name. */
function isPrefix(bound: Binding["path"], path: readonly string[]): boolean {
  return bound.length <= path.length && bound.every((name, index) => name === path[index]);
}

/** Edits may name an attribute that the text defines in a way that we have not seen. */
function isStillValid(document: NixDocument, edits: readonly TextEdit[]): boolean {
  const text = TextDocument.create(document.uri, "nix", 0, document.text);
  return syntaxFaults(TextDocument.applyEdits(text, [...edits])).length === 0;
}
