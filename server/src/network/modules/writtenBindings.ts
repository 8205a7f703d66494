import type { Node } from "web-tree-sitter";
import { type AttributePath, attributePathOf } from "../../syntax/attributePath.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { ancestorsOf, attributeName, childrenOf } from "../../syntax/nodes.ts";

/** A binding in a text, wherever it is: in a module, a machine of a network, a function that returns one. */
export interface WrittenBinding {
  /** From the top level of the file: the name of a machine may be its first segment. */
  readonly path: AttributePath;
  readonly binding: Node;
  /** The last segment of the binding's path. */
  readonly name: Node;
  readonly value: Node;
}

/** The most occurrences of each name that are looked at. */
const maxOccurrences = 100;

/** The bindings whose path ends with a name, in the order of the text. */
export function bindingsNamed(document: NixDocument, name: string): WrittenBinding[] {
  return occurrences(document.text, name).flatMap(at => bindingAt(document.root, name, at) ?? []);
}

/** Whether a path ends with these names. The declaration of an option is not a definition. */
export function defines(path: AttributePath, option: readonly string[]): boolean {
  if (path.includes("options")) return false;
  return option.every((segment, index) => path[path.length - option.length + index] === segment);
}

function occurrences(text: string, name: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(name); at !== -1 && found.length < maxOccurrences; at = text.indexOf(name, at + 1))
    found.push(at);
  return found;
}

function bindingAt(root: Node, text: string, at: number): WrittenBinding | undefined {
  const name = root.descendantForIndex(at, at + text.length - 1);
  if (name?.type !== "identifier" || name.text !== text) return undefined;
  const [attrpath, binding] = ancestorsOf(name);
  if (attrpath?.type !== "attrpath" || binding?.type !== "binding") return undefined;
  const segments = childrenOf(attrpath);
  const value = binding.childForFieldName("expression");
  if (segments.at(-1)?.id !== name.id || value === null) return undefined;
  return { path: [...attributePathOf(binding), ...segments.map(attributeName)], binding, name, value };
}
