import type { NixDocument } from "../../syntax/document.ts";

/** What is at a path. */
export type Source =
  | { readonly kind: "nix"; readonly document: NixDocument }
  | { readonly kind: "text"; readonly text: string }
  /** Names -> `regular`, `directory`, `symlink` or `unknown`, as `builtins.readDir` has them. */
  | { readonly kind: "folder"; readonly entries: ReadonlyMap<string, string> }
  | { readonly kind: "missing" };

/**
 * The files that an evaluation may look at. Nothing is read while it runs: what has not been loaded yet is asked for by the
 * call, and undefined; whoever evaluates loads it and evaluates again.
 */
export interface Sources {
  at(path: string): Source | undefined;
}

/** No file but the one that is evaluated. */
export const noSources: Sources = { at: () => undefined };
