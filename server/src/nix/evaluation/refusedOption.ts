/** No option's path is longer than this (UTF-16 units): what is longer is looked at so far. */
const maxLength = 1000;

/**
 * The option that an error of NixOS's module system is about, as a path: `The option ... does not exist`, `A definition for option
 * ... is not of type ...`, `The option ... is used but not defined`. It ends before what is no name, such as an element of a list.
 * Undefined when the error is about none.
 */
export function refusedOption(message: string): string[] | undefined {
  const named = /(?<!nix )\boption [`'‘](.+?)['’](?=[\s.,:]|$)/.exec(message.slice(0, maxLength))?.[1];
  const path = named === undefined ? [] : segmentsOf(named);
  return path.length === 0 ? undefined : path;
}

/** The option of Nix whose value is no string, in the words of Morph's evaluator. */
export function refusedNixOption(message: string): string | undefined {
  return /^nix option '(.+)' must have a string typed value/.exec(message.slice(0, maxLength))?.[1];
}

/** Splits a path as `lib.showOption` writes it: names that are no identifiers are quoted. */
function segmentsOf(path: string): string[] {
  const segments: string[] = [];
  const segment = /(?:"((?:[^"\\]|\\.)*)"|([A-Za-z_][\w'-]*))(?:\.|$)/y;
  for (let match = segment.exec(path); match !== null; match = segment.exec(path)) {
    const [, quoted, plain] = match;
    if (quoted?.startsWith("[definition ")) break;
    segments.push(plain ?? unquoted(quoted ?? ""));
    if (segment.lastIndex >= path.length) break;
  }
  return segments;
}

function unquoted(text: string): string {
  return text.replaceAll(/\\(.)/g, "$1");
}
