/** Only this much of a message is scanned (UTF-16 units): no option's path is longer. */
const maxLength = 1000;

/**
 * The option in an error of the NixOS module system, as a path: `The option ... does not exist`, `A definition for option ...
 * is not of type ...`, `The option ... is used but not defined`. The path ends before the first part that is not a name, such
 * as a list element. Undefined if the error names no option.
 */
export function refusedOption(message: string): string[] | undefined {
  const named = /(?<!nix )\boption [`'‘](.+?)['’](?=[\s.,:]|$)/.exec(message.slice(0, maxLength))?.[1];
  const path = named === undefined ? [] : segmentsOf(named);
  return path.length === 0 ? undefined : path;
}

/** Only this much of a message is searched for files (UTF-16 units). */
const maxSearched = 64 * 1024;

const maxFiles = 10;

/**
 * The files that set an option, as the module system names them: `Definition values: - In \`/net/web.nix'`, in older versions
 * `defined in \`/net/web.nix'`. A module without a file is `<unknown-file>`.
 */
export function filesIn(message: string): string[] {
  const named = message
    .slice(0, maxSearched)
    .matchAll(/\b(?:In|defined in|definitions from) [`'‘](\/[^\n'’]{1,4096})['’]/g);
  return [...new Set([...named].map(([, file = ""]) => file))].slice(0, maxFiles);
}

/** The Nix option whose value is not a string, as Morph's evaluator reports it. */
export function refusedNixOption(message: string): string | undefined {
  return /^nix option '(.+)' must have a string typed value/.exec(message.slice(0, maxLength))?.[1];
}

/** Splits a path as `lib.showOption` writes it: names that are not identifiers are quoted. */
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
