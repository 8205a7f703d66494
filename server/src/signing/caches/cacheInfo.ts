/** What a binary cache says about itself. */
export interface CacheInfo {
  /** The store directory of its paths; undefined if it does not say. */
  readonly storeDir?: string | undefined;
  /** The lower, the earlier Nix asks it. */
  readonly priority?: number | undefined;
  /** Whether Nix may ask it for many paths in advance. */
  readonly wantMassQuery?: boolean | undefined;
  /** Its address says that Nix takes what it serves without a signature. It cannot say so itself. */
  readonly needsNoSignature?: "address" | undefined;
}

/** Parses `nix-cache-info` as Nix does (`BinaryCacheStore::init`): lines without a colon are skipped, the last of a name counts. */
export function parseCacheInfo(text: string): CacheInfo {
  const fields = new Map<string, string>();
  for (const line of text.split("\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1).trim());
  }
  const massQuery = fields.get("WantMassQuery");
  return {
    storeDir: fields.get("StoreDir"),
    priority: integer(fields.get("Priority")),
    wantMassQuery: massQuery === undefined ? undefined : massQuery === "1",
  };
}

/** What a cache says about itself, with the settings in its URL (`?priority=10`), which win. */
export function withParameters(info: CacheInfo, url: string): CacheInfo {
  const parameters = new URLSearchParams(url.replace(/^[^?]*\??/s, ""));
  const massQuery = parameters.get("want-mass-query");
  return {
    ...info,
    priority: integer(parameters.get("priority") ?? undefined) ?? info.priority,
    wantMassQuery: massQuery === null ? info.wantMassQuery : isTrue(massQuery),
    needsNoSignature: isTrue(parameters.get("trusted") ?? "") ? "address" : undefined,
  };
}

/** As Nix reads a setting (`BaseSetting<bool>::parse`). */
function isTrue(text: string): boolean {
  return ["true", "yes", "1"].includes(text);
}

function integer(text: string | undefined): number | undefined {
  const value = Number.parseInt(text ?? "", 10);
  return Number.isSafeInteger(value) ? value : undefined;
}
