import type { Node } from "web-tree-sitter";
import type { Network } from "../protocol.ts";
import type { NixDocument } from "../syntax/document.ts";
import { attributeName, bindingsOf } from "../syntax/nodes.ts";

/**
 * Where machines are named literally, though not at the top of the text: `pi` in `mapAttrs f { pi = ...; }`, `"rack1"` in
 * `genAttrs [ "rack1" ] f`. Nothing in a text with an error, whose tree may be another than the one that the machines were read
 * from.
 */
export function literalNames(document: NixDocument, network: Network): Node[] {
  if (document.uri !== network.uri || document.root.hasError) return [];
  return network.machines.flatMap(({ name, selectionRange, computed }) => {
    if (computed === true) return [];
    const [start, end] = [document.offsetAt(selectionRange.start), document.offsetAt(selectionRange.end)];
    const node = document.root.descendantForIndex(start, end - 1);
    if (node?.startIndex !== start || node.endIndex !== end || attributeName(node) !== name) return [];
    if (node.parent?.type === "attrpath") return namesakes(node, node.parent);
    return node.type === "string_expression" && node.parent?.type !== "inherited_attrs" ? [node] : [];
  });
}

/** Bindings of one set may define an attribute together: `pi.a = 1; pi.b = 2;`. */
function namesakes(name: Node, attrpath: Node): Node[] {
  const owner = attrpath.parent?.type === "binding" ? attrpath.parent.parent?.parent : undefined;
  const firsts = (owner ? bindingsOf(owner) : []).flatMap(({ names: [first] }) => first ?? []);
  return firsts.some(({ id }) => id === name.id)
    ? firsts.filter(first => attributeName(first) === attributeName(name))
    : [];
}
