import type { Node } from "web-tree-sitter";
import type { Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { attributeName, type Binding, bindingsOf, childrenOf, eachBindingOf } from "../../syntax/nodes.ts";
import { literalSets } from "../../syntax/values.ts";
import { literalNames } from "./literalNames.ts";

/** The bindings at the top of a network file, in the order of the text. */
export function topBindings(document: NixDocument): Binding[] {
  return [...eachTopBinding(document)];
}

/** The same one after the other, so that what belongs to a machine can be given up before the next. */
export function* eachTopBinding(document: NixDocument): Generator<Binding> {
  for (const set of literalSets(document.root).sets) yield* eachBindingOf(set);
}

/** Every place of a document that names a machine: its bindings, what else names it literally, and `nodes.<name>`. */
export function machineNames(document: NixDocument, network: Network): Node[] {
  const known = new Set(network.machines.map(({ name }) => name));
  const bound = document.uri === network.uri ? topBindings(document).flatMap(({ names: [name] }) => name ?? []) : [];
  const tops = new Set(bound.map(({ startIndex }) => startIndex));
  const literal = literalNames(document, network, tops).filter(({ startIndex }) => !tops.has(startIndex));
  return [...bound, ...literal, ...nodeReferences(document)].filter(node => known.has(attributeName(node) ?? ""));
}

/** Every place of a document that names one machine. */
export function namesOfMachine(document: NixDocument, network: Network, machine: string): Node[] {
  return machineNames(document, network).filter(node => attributeName(node) === machine);
}

/** The names in `nodes.<name>` and `nodes ? <name>`, where `nodes` is Morph's argument and nothing of the file's own. */
function nodeReferences(document: NixDocument): Node[] {
  if (!document.text.includes("nodes")) return [];
  const scopes = scopesOfNodes(document);
  const isBound = ({ startIndex, endIndex }: Node) =>
    scopes.some(scope => scope.startIndex <= startIndex && endIndex <= scope.endIndex);
  return document.root.descendantsOfType(["select_expression", "has_attr_expression"]).flatMap(node => {
    const [from, path] = [node.childForFieldName("expression"), node.childForFieldName("attrpath")];
    if (from?.type !== "variable_expression" || from.text !== "nodes" || path === null || isBound(from)) return [];
    return childrenOf(path).slice(0, 1);
  });
}

/** Where `nodes` is what a `let` or a `rec` binds. */
function scopesOfNodes(document: NixDocument): Node[] {
  return document.root
    .descendantsOfType(["let_expression", "rec_attrset_expression"])
    .filter(scope => bindingsOf(scope).some(({ path: [name] }) => name === "nodes"));
}
