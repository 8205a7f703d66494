/** The data that a signature covers, and the signatures, of a path in a store or a narinfo in a cache. */
export interface PathInfo {
  readonly path: string;
  /** In the original encoding; `fingerprint` converts it to Nix's own. */
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
 * Parses the output of `nix path-info --json`: up to 2.18 a list of objects with `path`, since then an object keyed by path. Other
 * entries are skipped.
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
