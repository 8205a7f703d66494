import { colouredText, hasControls, shownText } from "../../common/escapes.ts";

/** Output of Nix or a builder without escape sequences and control characters. */
export function withoutEscapes(text: string): string {
  return hasControls(text) ? shownText(readable(text)) : text;
}

/** The same, but keeps the sequences that set colours and weights (SGR). */
export function withColoursOnly(text: string): string {
  return hasControls(text) ? colouredText(readable(text)) : text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const controlsButEscape = /[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f]+/;

/** The start of an error in the format of Nix's worker protocol: the length of a word in eight bytes, and the word. */
const errorForm = "\u0005\u0000\u0000\u0000\u0000\u0000\u0000\u0000Error";

/**
 * Converts errors in the format of Nix's worker protocol to what later versions print. Nix 2.23 and older write that format
 * into the log of a derivation that they could not start (`src/libstore/build/local-derivation-goal.cc`,
 * `src/libutil/serialise.cc`).
 */
function readable(text: string): string {
  if (!text.includes(errorForm)) return text;
  const lines = text.split("\n").map(line => {
    const start = line.indexOf(errorForm);
    if (start === -1) return line;
    const words = line.slice(start).split(controlsButEscape);
    const message = words.reduce((longest, word) => (word.length > longest.length ? word : longest), "");
    return `${line.slice(0, start)}error: ${message}`;
  });
  return lines.join("\n");
}
