import type { Node } from "web-tree-sitter";
import { type AttributePath, attributePathOf } from "../../syntax/attributePath.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { ancestorsOf, attributeName, childrenOf } from "../../syntax/nodes.ts";

/** The options of NixOS and of a network that declare builders, by their last name. */
const options = {
  buildMachines: ["nix", "buildMachines"],
  distributedBuilds: ["nix", "distributedBuilds"],
  emulatedSystems: ["boot", "binfmt", "emulatedSystems"],
  // Morph's own: the Nix options of a network.
  builders: ["network", "nixConfig", "builders"],
} as const;

export type BuilderOption = keyof typeof options;

const names = Object.keys(options) as readonly BuilderOption[];

/** Words of which a text that sets one of them has at least one. */
const words = ["buildMachines", "distributedBuilds", "emulatedSystems", "nixConfig"] as const;

/** A text that sets one of these options, wherever it is: in a module, a machine of a network, a function that returns one. */
export interface WrittenOption {
  readonly option: BuilderOption;
  /** From the top level of the file: the name of a machine may be its first segment. */
  readonly path: AttributePath;
  readonly binding: Node;
  /** The last segment of the binding's path. */
  readonly name: Node;
  readonly value: Node;
}

/** The most occurrences of each name that are looked at. */
const maxOccurrences = 100;

/** Whether a text may set an option about builders: a quick test, as few files do. */
export function mayDeclareBuilders(text: string): boolean {
  return words.some(word => text.includes(word));
}

/** Document -> the answer at a number of updates: open documents are asked after each edit of another one. */
const answers = new WeakMap<NixDocument, { readonly updates: number; readonly may: boolean }>();

/** The same for a document. */
export function mayDeclareBuildersIn(document: NixDocument): boolean {
  const { updates } = document;
  const known = answers.get(document);
  if (known?.updates === updates) return known.may;
  const may = mayDeclareBuilders(document.text);
  answers.set(document, { updates, may });
  return may;
}

/** The options about builders that a text sets, in its order for each option. */
export function writtenOptions(document: NixDocument): WrittenOption[] {
  return names.flatMap(option =>
    occurrences(document.text, option).flatMap(at => writtenAt(document.root, option, at) ?? []),
  );
}

function occurrences(text: string, name: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(name); at !== -1 && found.length < maxOccurrences; at = text.indexOf(name, at + 1))
    found.push(at);
  return found;
}

function writtenAt(root: Node, option: BuilderOption, at: number): WrittenOption | undefined {
  const name = root.descendantForIndex(at, at + option.length - 1);
  if (name?.type !== "identifier" || name.text !== option) return undefined;
  const [attrpath, binding] = ancestorsOf(name);
  if (attrpath?.type !== "attrpath" || binding?.type !== "binding") return undefined;
  const segments = childrenOf(attrpath);
  const value = binding.childForFieldName("expression");
  if (segments.at(-1)?.id !== name.id || value === null) return undefined;
  const path = [...attributePathOf(binding), ...segments.map(attributeName)];
  // Only at the top level is it Morph's.
  if (option === "builders" && path.length > options.builders.length) return undefined;
  // A declaration of the option is not a definition.
  if (!endsWith(path, options[option]) || path.includes("options")) return undefined;
  return { option, path, binding, name, value };
}

function endsWith(path: AttributePath, end: readonly string[]): boolean {
  return end.every((segment, index) => path[path.length - end.length + index] === segment);
}
