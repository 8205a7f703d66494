import type { Node } from "web-tree-sitter";

/** Valid Nix that the grammar (tree-sitter-nix 0.0.2) does not know: `{ pkgs, }:`, `inherit (x);` and the pipe operators. */
const grammarGaps = [/,\s*\}/, /\binherit\s*\([^()]*\)\s*;/, /\|>|<\|/];

/** Whether an error in the tree may be the grammar's fault, so that it must not be shown. */
export function mayBeGrammarGap(text: string): boolean {
  return grammarGaps.some(gap => gap.test(text));
}

/** The error and missing nodes of a tree, outermost only, at most `limit`. */
export function errorNodes(root: Node, limit = 20): Node[] {
  const found: Node[] = [];
  const waiting: Node[] = [root];
  for (let node = waiting.pop(); node !== undefined && found.length < limit; node = waiting.pop()) {
    if (node.isError || node.isMissing) found.push(node);
    else if (node.hasError) waiting.push(...node.children.toReversed());
  }
  return found;
}
