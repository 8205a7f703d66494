/** What a signature speaks of, and the signatures: the same for a path of a store and for a narinfo of a cache. */
export interface PathInfo {
  readonly path: string;
  /** In whatever form it came; `fingerprint` makes it Nix's own. */
  readonly narHash: string;
  /** Bytes. */
  readonly narSize: number;
  /** Store paths. */
  readonly references: readonly string[];
  readonly signatures: readonly string[];
  /** Built here: Nix trusts it without any signature. */
  readonly ultimate: boolean;
  /** Its name is the hash of its content, so it needs no signature. */
  readonly contentAddressed: boolean;
}

/**
 * Reads `nix path-info --json`: a list with `path` in each up to 2.18, an object keyed by path since. Entries that are no
 * path's are left out.
 *
 * @throws SyntaxError when it is not JSON.
 */
export function parsePathInfos(json: string): PathInfo[] {
  const parsed: unknown = JSON.parse(json);
  if (typeof parsed !== "object" || parsed === null) return [];
  const entries = Array.isArray(parsed)
    ? parsed.map(info => [String(info?.path), info] as const)
    : Object.entries(parsed);
  return entries.flatMap(([path, info]) => {
    if (typeof info?.narHash !== "string" || typeof info?.narSize !== "number") return [];
    return {
      path,
      narHash: info.narHash,
      narSize: info.narSize,
      references: strings(info.references),
      signatures: strings(info.signatures),
      ultimate: info.ultimate === true,
      contentAddressed: typeof info.ca === "string" && info.ca !== "",
    };
  });
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter(item => typeof item === "string") : [];
}
