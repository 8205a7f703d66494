import type { Localiser } from "../../server/src/common/localiser.ts";

// A pseudo-language: every text is marked and a third longer, as in German.

/** How a text that was translated begins and ends. */
export const [begins, ends] = ["[!! ", " !!]"] as const;

/** `Build {0}` -> `[!! Build {0}~~ !!]`. What is filled in keeps its place. */
export function pseudo(text: string): string {
  const letters = text.replaceAll(/\{\d+\}/g, "").length;
  return `${begins}${text}${"~".repeat(Math.ceil(letters / 3))}${ends}`;
}

/** A translation of all texts, as VS Code and the server take it. */
export function pseudoBundle(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.keys(texts).map(text => [text, pseudo(text)]));
}

/** For the parts of the client that are independent of VS Code. */
export const pseudoLocaliser: Localiser = {
  t: (message, ...args) => pseudo(message).replaceAll(/\{(\d+)\}/g, (_, index: string) => String(args[Number(index)])),
};

/** What is left of a text without all that was translated in it, and what was filled in there. */
export function untranslated(text: string): string {
  // Markdown escapes the marks, too.
  let rest = text.replaceAll(/\\([^\w\s])/g, "$1");
  for (let before = ""; before !== rest; ) {
    before = rest;
    // Innermost first: what is filled in may be a translation itself.
    rest = rest.replaceAll(/\[!! (?:(?!\[!! | !!\]).)* !!\]/gs, "");
  }
  return rest;
}
