import type { NixDocument } from "../../syntax/document.ts";
import { bindingsNamed, defines, type WrittenBinding } from "../modules/writtenBindings.ts";

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

/** A text that sets one of these options. */
export interface WrittenOption extends WrittenBinding {
  readonly option: BuilderOption;
}

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
    bindingsNamed(document, option)
      .filter(({ path }) => defines(path, options[option]))
      // Only at the top level is it Morph's.
      .filter(({ path }) => option !== "builders" || path.length === options.builders.length)
      .map(written => ({ option, ...written })),
  );
}
