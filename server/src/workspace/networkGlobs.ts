import { compileGlob } from "./glob.ts";

/** The default of the setting `morph.networkFiles`. */
export const defaultNetworkFiles: readonly string[] = ["**/network.nix", "**/deploy.nix", "**/deployment.nix"];

/** The largest total length of all globs (characters): each path is compared with all of them. */
const maxCharacters = 4000;

/** The globs of setting `morph.networkFiles`, compiled. Paths are relative to their workspace folder, with `/`. */
export interface NetworkFileGlobs {
  /** Whether a path matches one of the globs. */
  matches(relativePath: string): boolean;
  /** Whether a glob without wildcards equals the path: then the file is a network regardless of its text. */
  names(relativePath: string): boolean;
  /** The globs that are invalid, or make the setting too long. They match nothing. */
  readonly ignored: readonly string[];
}

export function networkFileGlobs(globs: readonly string[]): NetworkFileGlobs {
  const ignored: string[] = [];
  let characters = 0;
  const compiled = globs.flatMap(glob => {
    characters += glob.length;
    const matches = characters > maxCharacters ? undefined : compileGlob(glob);
    if (matches === undefined) ignored.push(glob);
    return matches === undefined ? [] : [{ matches, isLiteral: isLiteral(glob) }];
  });
  return {
    matches: relativePath => compiled.some(({ matches }) => matches(relativePath)),
    names: relativePath => compiled.some(({ matches, isLiteral }) => isLiteral && matches(relativePath)),
    ignored,
  };
}

/** Whether a glob matches a single path. `[*]` is a literal star. */
function isLiteral(glob: string): boolean {
  return !/[*?{[]/.test(glob.replaceAll(/\[[*?{[]\]/g, ""));
}
