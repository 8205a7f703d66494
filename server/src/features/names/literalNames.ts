import type { Node } from "web-tree-sitter";
import type { Network } from "../../protocol.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { ancestorsOf, attributeName, bindingsOf } from "../../syntax/nodes.ts";

/**
 * The literal names of machines below the top level of the text: `pi` in `mapAttrs f { pi = ...; }`, `"rack1"` in `genAttrs [
 * "rack1" ] f`. None in a text with an error, whose tree may differ from the one that the machines were read from.
 *
 * @param tops offsets of the names at the top level.
 */
export function literalNames(document: NixDocument, network: Network, tops: ReadonlySet<number>): Node[] {
  if (document.uri !== network.uri || document.root.hasError) return [];
  const firsts = new FirstNames();
  return network.machines.flatMap(({ name, selectionRange, computed }) => {
    if (computed === true || tops.has(document.offsetAt(selectionRange.start))) return [];
    const [start, end] = [document.offsetAt(selectionRange.start), document.offsetAt(selectionRange.end)];
    const node = document.root.descendantForIndex(start, end - 1);
    if (node?.startIndex !== start || node.endIndex !== end || attributeName(node) !== name) return [];
    const [parent, binding, , owner] = ancestorsOf(node);
    if (parent?.type === "attrpath") return binding?.type === "binding" && owner ? firsts.alike(node, owner) : [];
    return node.type === "string_expression" && parent?.type !== "inherited_attrs" ? [node] : [];
  });
}

/** The first names of the bindings of sets. Each set is scanned once. */
class FirstNames {
  readonly #ofSets = new Map<number, Map<string | undefined, Node[]>>();

  /**
   * All names of the same attribute in a set, which several bindings may define: `pi.a = 1; pi.b = 2;`. None unless the name is
   * the first segment.
   */
  alike(name: Node, owner: Node): Node[] {
    const known = this.#ofSets.get(owner.id) ?? firstNamesIn(owner);
    this.#ofSets.set(owner.id, known);
    const named = known.get(attributeName(name)) ?? [];
    return named.some(({ id }) => id === name.id) ? named : [];
  }
}

function firstNamesIn(owner: Node): Map<string | undefined, Node[]> {
  const names = new Map<string | undefined, Node[]>();
  for (const {
    names: [first],
  } of bindingsOf(owner)) {
    if (first === undefined) continue;
    const name = attributeName(first);
    const known = names.get(name);
    if (known === undefined) names.set(name, [first]);
    else known.push(first);
  }
  return names;
}
