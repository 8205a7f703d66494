import type { Range } from "vscode-languageserver-types";
import type { Node } from "web-tree-sitter";
import type { NixDocument } from "../syntax/document.ts";
import { type Binding, bindingsOf, isSet } from "../syntax/nodes.ts";

/** Where an attribute is set. */
export interface WrittenAttribute {
  /** The last segment of the path: `enabel` of `services.web.enabel = true;`. */
  readonly name: Range;
  /** The whole binding, with its value. */
  readonly binding: Range;
  /** How deep the path begins: 0 in the outermost set. */
  readonly depth: number;
}

/** A part of a path that is still to be found, and how deep the path has begun. */
interface Rest {
  readonly path: readonly string[];
  readonly depth: number;
}

/** Nodes deeper than this are not searched: real code is not nested that deep. */
const maxDepth = 500;

/** Further places are not found: a file sets an option once or twice. */
const maxFound = 50;

/**
 * Where a file sets an option, judging by its syntax alone: as attributes of nested sets, regardless of what contains them, as in
 * `a.b = x`, `config = { a = { b = x; }; }` or `mkIf condition { a.b = x; }`. In the order of the text.
 */
export function attributeIn(document: NixDocument, path: readonly string[]): WrittenAttribute[] {
  const found: WrittenAttribute[] = [];
  const search = (node: Node, begun: readonly Rest[], sets: number, depth: number) => {
    if (depth > maxDepth || found.length >= maxFound) return;
    if (!isSet(node)) {
      for (const child of node.namedChildren) search(child, begun, sets, depth + 1);
      return;
    }
    const wanted = [{ path, depth: sets }, ...begun];
    for (const binding of bindingsOf(node)) {
      const end = wanted.find(rest => endsIn(binding, rest));
      const name = end && binding.names[end.path.length - 1];
      if (end !== undefined && name !== undefined)
        found.push({ name: document.rangeOf(name), binding: document.rangeOf(binding.node), depth: end.depth });
      const following = wanted.flatMap(rest => restAfter(binding, rest));
      if (binding.value !== undefined) search(binding.value, following, sets + 1, depth + 1);
    }
  };
  search(document.root, [], 0, 0);
  return found;
}

/** Whether a path ends within that of a binding: `a.b` in `a.b.c = x`. */
function endsIn(binding: Binding, { path }: Rest): boolean {
  return path.length <= binding.path.length && path.every((name, index) => name === binding.path[index]);
}

function restAfter(binding: Binding, { path, depth }: Rest): Rest[] {
  const isBefore = binding.path.length < path.length && binding.path.every((name, index) => name === path[index]);
  return isBefore ? [{ path: path.slice(binding.path.length), depth }] : [];
}
