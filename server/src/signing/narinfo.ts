import * as l10n from "@vscode/l10n";
import { hashOfStorePath } from "../common/storePath.ts";
import { decodeBase64 } from "./formats/base64.ts";
import { parseContentAddress } from "./formats/contentAddress.ts";
import { canonicalHash, parseHash } from "./formats/hash.ts";
import { Refused, reading } from "./formats/refused.ts";
import { type NixRules, nixRules } from "./formats/rules.ts";
import { checkBaseName, parseStorePath } from "./formats/storePath.ts";
import type { PathInfo } from "./pathInfo.ts";

/** What a binary cache says about a path: where its archive is, and what was signed. */
export interface Narinfo extends PathInfo {
  /** Of the archive, relative to the cache. */
  readonly url: string;
  readonly compression: string;
  /** The base name of the derivation that built it. */
  readonly deriver?: string | undefined;
}

/** A narinfo, or why Nix would refuse it. */
export type NarinfoReading = { readonly info: Narinfo } | { readonly refused: string };

/**
 * Reads a narinfo as strictly as Nix does (`NarInfo::NarInfo`, `src/libstore/nar-info.cc`), which Nix treats as bytes: any decoding
 * will do that keeps a byte order mark.
 *
 * @param path the store path that was asked for: a narinfo of another one is refused.
 * @param storeDir our store directory, without a final slash.
 */
export function readNarinfo(
  text: string,
  path: string,
  storeDir: string,
  rules: NixRules = nixRules(),
): NarinfoReading {
  const result = reading(() => parseNarinfo(text, storeDir, rules, narinfoName(path)));
  if ("refused" in result) return result;
  const info = result.value;
  return info.path === path ? { info } : { refused: l10n.t("It describes {0}.", info.path) };
}

/** @throws Refused */
function parseNarinfo(text: string, storeDir: string, rules: NixRules, file: string): Narinfo {
  let line = 1;
  const corrupt = (why: string, at = ` at line ${line}`) =>
    new Refused(`NAR info file '${file}' is corrupt: ${why}${at}`);
  const fields: Fields = { references: new Set(), signatures: new Set() };
  for (let position = 0; position < text.length; line++) {
    const colon = text.indexOf(":", position);
    if (colon < 0) throw corrupt("expecting ':'");
    // Nix skips the colon and one more byte, whatever that is, even the end of the line.
    const end = text.indexOf("\n", colon + 2);
    if (end < 0) throw corrupt("expecting '\\n'");
    readField(fields, text.slice(position, colon), text.slice(colon + 2, end), { storeDir, rules, corrupt });
    position = end + 1;
  }
  const { path, url } = fields;
  if (path === undefined) throw corrupt("StorePath missing", "");
  if (fields.narHash === undefined) throw corrupt("NarHash missing", "");
  if (url === undefined || url === "") throw corrupt("URL missing", "");
  if (fields.narSize === undefined || fields.narSize === 0n) throw corrupt("NarSize missing or zero", "");
  const { compression = "" } = fields;
  if (rules.compression === "used" && !isKnownCompression(compression))
    throw new Refused(`unknown compression method '${compression}'`);
  // Nix reads other hashes and larger sizes, too, but compares them with the SHA-256 and the size of the archive that it fetches.
  const [narHash, narSize] = [canonicalHash(fields.narHash), Number(fields.narSize)];
  if (narHash === undefined) throw corrupt("NarHash is not SHA-256", "");
  if (!Number.isSafeInteger(narSize)) throw corrupt("NarSize is larger than any archive", "");
  return {
    path,
    url,
    compression: compression || "bzip2",
    narHash,
    narSize,
    references: [...fields.references],
    signatures: [...fields.signatures],
    ultimate: false,
    ca: fields.ca,
    deriver: fields.deriver,
  };
}

/** What has been read so far. A repeated field replaces the earlier one, unless noted. */
interface Fields {
  path?: string;
  url?: string;
  compression?: string;
  narHash?: string;
  narSize?: bigint | undefined;
  deriver?: string;
  /** May not be repeated. */
  ca?: string;
  /** Store paths. May not be repeated. */
  readonly references: Set<string>;
  readonly signatures: Set<string>;
}

interface Context {
  readonly storeDir: string;
  readonly rules: NixRules;
  corrupt(why: string): Refused;
}

/** Reads one field; unknown ones are ignored. @throws Refused */
function readField(fields: Fields, name: string, value: string, { storeDir, rules, corrupt }: Context): void {
  switch (name) {
    case "StorePath":
      fields.path = parseStorePath(value, storeDir, rules);
      return;
    case "URL":
      fields.url = value;
      return;
    case "Compression":
      if (rules.compression === "parsed" && !isKnownCompression(value)) throw corrupt("invalid Compression");
      fields.compression = value;
      return;
    case "FileHash":
      checkHash(value, corrupt);
      return;
    case "FileSize":
      if (parseSize(value) === undefined) throw corrupt("invalid FileSize");
      return;
    case "NarHash":
      checkHash(value, corrupt);
      fields.narHash = value;
      return;
    case "NarSize":
      fields.narSize = parseSize(value);
      if (fields.narSize === undefined) throw corrupt("invalid NarSize");
      return;
    case "References":
      if (fields.references.size > 0) throw corrupt("extra References");
      for (const reference of value.split(" ")) {
        if (reference === "") continue;
        checkBaseName(reference, rules);
        fields.references.add(`${storeDir}/${reference}`);
      }
      return;
    case "Deriver":
      if (value === "unknown-deriver") return;
      checkBaseName(value, rules);
      fields.deriver = value;
      return;
    case "Sig":
      if (rules.parsesSignatures) checkSignature(value);
      fields.signatures.add(value);
      return;
    case "CA":
      if (fields.ca !== undefined) throw corrupt("extra CA");
      if (value === "") return;
      parseContentAddress(value);
      fields.ca = value;
  }
}

/** @throws Refused */
function checkHash(text: string, corrupt: Context["corrupt"]): void {
  if (canonicalHash(text) === undefined && "refused" in reading(() => parseHash(text))) throw corrupt("bad hash");
}

/** What the newest Nix can unpack (`compression-algo.hh`). */
const compressions: ReadonlySet<string> = new Set(
  "none br bzip2 compress grzip gzip lrzip lz4 lzip lzma lzop xz zstd".split(" "),
);

function isKnownCompression(name: string): boolean {
  return name === "" || compressions.has(name);
}

const maxSize = 2n ** 64n - 1n;

/** An unsigned number of 64 bits, which may have a plus (Nix, `string2Int`). */
function parseSize(text: string): bigint | undefined {
  if (!/^\+?[0-9]{1,1000}$/.test(text)) return undefined;
  const size = BigInt(text.replace("+", ""));
  return size <= maxSize ? size : undefined;
}

/** `name:base64` @throws Refused */
function checkSignature(text: string): void {
  const colon = text.indexOf(":");
  if (colon < 1 || decodeBase64(text.slice(colon + 1)).length === 0) throw new Refused("signature is corrupt");
}

/** The file name of a path's narinfo in a cache. */
export function narinfoName(storePath: string): string {
  return `${hashOfStorePath(storePath)}.narinfo`;
}
