import type { Node } from "web-tree-sitter";
import type { Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { attributeName, type Binding, bindingsOf, childrenOf, eachBindingOf } from "../../syntax/nodes.ts";
import { literalSets } from "../../syntax/values.ts";
import { literalNames } from "./literalNames.ts";

/** The top-level bindings of a network file, in the order of the text. */
export function topBindings(document: NixDocument): Binding[] {
  return [...eachTopBinding(document)];
}

/** The same as a generator, so that the nodes of one machine can be freed before the next. */
export function* eachTopBinding(document: NixDocument): Generator<Binding> {
  for (const set of literalSets(document.root).sets) yield* eachBindingOf(set);
}

/** All names of machines in a document: their bindings, other literal names, and `nodes.<name>`. */
export function machineNames(document: NixDocument, network: Network): Node[] {
  const known = new Set(network.machines.map(({ name }) => name));
  const bound = document.uri === network.uri ? topBindings(document).flatMap(({ names: [name] }) => name ?? []) : [];
  const tops = new Set(bound.map(({ startIndex }) => startIndex));
  const literal = literalNames(document, network, tops).filter(({ startIndex }) => !tops.has(startIndex));
  return [...bound, ...literal, ...nodeReferences(document)].filter(node => known.has(attributeName(node) ?? ""));
}

/** All names of one machine in a document. */
export function namesOfMachine(document: NixDocument, network: Network, machine: string): Node[] {
  return machineNames(document, network).filter(node => attributeName(node) === machine);
}

/** The names in `nodes.<name>` and `nodes ? <name>`, where `nodes` is Morph's argument rather than bound in the file. */
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

/** The name of a machine in `nodes.<name>`, if that is what a node and its ancestors (the nearest first) are. */
export function nodeReference(around: readonly Node[]): Node | undefined {
  const at = around.findIndex(({ type }) => type === "select_expression" || type === "has_attr_expression");
  const [from, path] = [around[at]?.childForFieldName("expression"), around[at]?.childForFieldName("attrpath")];
  if (from?.type !== "variable_expression" || from.text !== "nodes" || !path) return undefined;
  const [name] = childrenOf(path);
  const isBound = around.slice(at).some(scope => scopeTypes.includes(scope.type) && bindsNodes(scope));
  return isBound || name === undefined || !around.some(({ id }) => id === name.id) ? undefined : name;
}

const scopeTypes = ["let_expression", "rec_attrset_expression"];

/** The scopes in which a `let` or a `rec` binds `nodes`. */
function scopesOfNodes(document: NixDocument): Node[] {
  return document.root.descendantsOfType(scopeTypes).filter(bindsNodes);
}

function bindsNodes(scope: Node): boolean {
  return bindingsOf(scope).some(({ path: [name] }) => name === "nodes");
}
