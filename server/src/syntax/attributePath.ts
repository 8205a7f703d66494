import type { Node } from "web-tree-sitter";
import { ancestorsOf, attributeName, childrenOf } from "./nodes.ts";

/** An attribute path from the top level of the file. `*` is a list element; undefined is a computed name. */
export type AttributePath = readonly (string | undefined)[];

/**
 * The attribute path of a node: the paths of its enclosing bindings, joined. Functions, calls and wrappers between them are
 * ignored, so that a machine's options have the same path however the machine is written.
 */
export function attributePathOf(node: Node): AttributePath {
  const parts: (string | undefined)[][] = [];
  let inner = node;
  for (const outer of ancestorsOf(node)) {
    const isName = inner.type === "attrpath";
    inner = outer;
    if (outer.type === "list_expression") parts.push(["*"]);
    if (outer.type !== "binding" || isName) continue;
    const path = outer.childForFieldName("attrpath");
    if (path !== null) parts.push(childrenOf(path).map(attributeName));
  }
  return parts.toReversed().flat();
}
