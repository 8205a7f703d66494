import path from "node:path";

/** The folder of the store, as Nix takes it from its variables; a store of an unusual Nix is known by what was built. */
export function storeDir({ NIX_STORE_DIR, NIX_STORE }: Readonly<Record<string, string | undefined>>): string {
  return path.resolve(NIX_STORE_DIR || NIX_STORE || "/nix/store");
}
