import type { NixDocument } from "../../syntax/document.ts";

/** What is at a path. */
export type Source =
  | { readonly kind: "nix"; readonly document: NixDocument }
  | { readonly kind: "text"; readonly text: string }
  /** Names -> `regular`, `directory`, `symlink` or `unknown`, as `builtins.readDir` has them. */
  | { readonly kind: "folder"; readonly entries: ReadonlyMap<string, string> }
  | { readonly kind: "missing" };

/**
 * The files that an evaluation may use. Nothing is read while it runs: a call for a file that is not loaded yet requests it and
 * returns undefined; the caller of the evaluation loads the file and evaluates again.
 */
export interface Sources {
  at(path: string): Source | undefined;
}

/** No files besides the evaluated one. */
export const noSources: Sources = { at: () => undefined };
