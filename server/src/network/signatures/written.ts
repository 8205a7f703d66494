import { attributePathOf } from "../../syntax/attributePath.ts";
import type { NixDocument } from "../../syntax/document.ts";
import { attributeName, childrenOf } from "../../syntax/nodes.ts";

/** Names of options that concern a whole machine: what they mean depends on its other modules. */
const ofMachines = ["substituters", "binaryCaches", "nix-serve"] as const;

/** Words of which a text that sets an option about signatures has at least one. */
const words = [
  ...ofMachines,
  "trusted-public-keys",
  "binaryCachePublicKeys",
  "require-sigs",
  "requireBinaryCacheSignatures",
] as const;

/** Whether a text may set an option about signatures: a quick test, as few files do. */
export function maySetSignatures({ text }: Pick<NixDocument, "text">): boolean {
  return words.some(word => text.includes(word));
}

/** The most occurrences of each name that are looked at. */
const maxOccurrences = 100;

/**
 * The first names of the paths at which a text sets something about caches: in a network, names of machines. Undefined if there are
 * too many.
 */
export function cacheOwners({ text, root }: NixDocument): ReadonlySet<string | undefined> | undefined {
  const owners = new Set<string | undefined>();
  for (const word of ofMachines) {
    let count = 0;
    for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) {
      if (++count > maxOccurrences) return undefined;
      const name = root.descendantForIndex(at, at + word.length - 1);
      const attrpath = name?.parent;
      if (attrpath?.type !== "attrpath") continue;
      owners.add([...attributePathOf(attrpath), ...childrenOf(attrpath).map(attributeName)][0]);
    }
  }
  return owners;
}
