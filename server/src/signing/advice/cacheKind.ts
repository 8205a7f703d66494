import type { CacheState } from "../../protocol.ts";

/**
 * How a cache gets its signatures, which decides how they can be added:
 * - `live`: a server such as nix-serve signs what is in its store when it is asked.
 * - `writable`: files that Nix can write at the address itself (`file:`, `s3:`).
 * - `store`: another machine's store, which serves the signatures that its paths have.
 * - `web`: files behind a web server. Nix can write them, but not at this address.
 */
export type CacheKind = "live" | "writable" | "store" | "web";

export function cacheKind({ url, kind, isLive }: CacheState): CacheKind {
  if (isLive === true) return "live";
  if (kind === "file" || /^(?:file|s3):/.test(url)) return "writable";
  return /^https?:/.test(url) ? "web" : "store";
}

/** The host of a cache; undefined of a folder. */
export function hostOf(url: string): string | undefined {
  const [, host] = /^[a-z][a-z0-9+.-]*:\/\/(?:[^/@?#]*@)?([^/:?#]+)/i.exec(url) ?? [];
  return /^(?:file|s3):/.test(url) ? undefined : host;
}
