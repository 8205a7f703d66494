/** The data that a signature covers, and the signatures, of a path in a store or a narinfo in a cache. */
export interface PathInfo {
  readonly path: string;
  /** SHA-256 in any of Nix's forms; `fingerprint` converts it to the one that is signed. */
  readonly narHash: string;
  /** Bytes. */
  readonly narSize: number;
  /** Store paths. */
  readonly references: readonly string[];
  readonly signatures: readonly string[];
  /** Built here: Nix trusts it without any signature. */
  readonly ultimate: boolean;
  /** The claim that its name is the hash of its content: `text:sha256:...` or `fixed:r:sha256:...`. */
  readonly ca?: string | undefined;
}

/**
 * Parses the output of `nix path-info --json`: up to 2.18 a list of objects with `path`, since then an object keyed by path, and from
 * format 2 on (`--json-format`) below `info`, keyed by base name. Other entries are skipped.
 *
 * @throws SyntaxError when it is not JSON.
 */
export function parsePathInfos(json: string): PathInfo[] {
  const parsed: unknown = JSON.parse(json);
  if (Array.isArray(parsed)) return parsed.flatMap(info => parseInfo(String(info?.path), info, ""));
  if (!isObject(parsed)) return [];
  if (typeof parsed.storeDir !== "string" || !isObject(parsed.info))
    return Object.entries(parsed).flatMap(([path, info]) => parseInfo(path, info, ""));
  const folder = `${parsed.storeDir}/`;
  return Object.entries(parsed.info).flatMap(([name, info]) => parseInfo(`${folder}${name}`, info, folder));
}

/** @param folder comes before the names of references. */
function parseInfo(path: string, info: unknown, folder: string): PathInfo[] {
  if (!isObject(info) || typeof info.narHash !== "string" || typeof info.narSize !== "number") return [];
  const { narHash, narSize } = info;
  return [
    {
      path,
      narHash,
      narSize,
      references: list(info.references).flatMap(item => (typeof item === "string" ? `${folder}${item}` : [])),
      signatures: list(info.signatures).flatMap(parseSignature),
      ultimate: info.ultimate === true,
      ca: parseCa(info.ca),
    },
  ];
}

/** Since format 3 a signature has its parts. */
function parseSignature(signature: unknown): string | [] {
  if (typeof signature === "string") return signature;
  if (!isObject(signature) || typeof signature.keyName !== "string" || typeof signature.sig !== "string") return [];
  return `${signature.keyName}:${signature.sig}`;
}

/** `{ method, hash }` since format 2, where the hash is SRI. */
function parseCa(ca: unknown): string | undefined {
  if (typeof ca === "string") return ca === "" ? undefined : ca;
  if (!isObject(ca) || typeof ca.hash !== "string") return undefined;
  const prefix = { text: "text:", flat: "fixed:", nar: "fixed:r:" }[String(ca.method)];
  return prefix === undefined ? undefined : `${prefix}${ca.hash.replace("-", ":")}`;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
