import path from "node:path";

/**
 * The store directory, from the same variables that Nix reads. Stores compiled into Nix itself are recognized by the paths that
 * were built.
 */
export function storeDir({ NIX_STORE_DIR, NIX_STORE }: Readonly<Record<string, string | undefined>>): string {
  return path.resolve(NIX_STORE_DIR || NIX_STORE || "/nix/store");
}
