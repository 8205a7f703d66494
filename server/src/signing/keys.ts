import { createPublicKey, type KeyObject } from "node:crypto";
import { decodeBase64 } from "./formats/base64.ts";
import { Refused, reading } from "./formats/refused.ts";

/** An Ed25519 public key with its name in signatures. */
export interface PublicKey {
  readonly name: string;
  readonly key: KeyObject;
  /** Of small order: anyone can sign with it, so libsodium, with which Nix verifies, accepts none of its signatures. */
  readonly isWeak: boolean;
  /** The results of checks that were made in advance, by what was checked. */
  readonly verified?: Map<string, boolean> | undefined;
}

/** The keys that Nix trusts, by name. */
export interface TrustedKeys {
  readonly byName: ReadonlyMap<string, PublicKey>;
  /** Why Nix cannot read the list, and so accepts no signature at all. */
  readonly refused?: string | undefined;
}

/**
 * Reads the setting `trusted-public-keys` (Nix, `getDefaultPublicKeys`, `src/libstore/keys.cc`): of several keys of one name only the
 * first counts, and a single malformed entry spoils all.
 */
export function readTrustedKeys(texts: readonly string[]): TrustedKeys {
  const byName = new Map<string, PublicKey>();
  let refused: string | undefined;
  for (const text of texts) {
    const result = readPublicKey(text);
    if ("refused" in result) refused ??= result.refused;
    else if (!byName.has(result.key.name)) byName.set(result.key.name, result.key);
  }
  return { byName, refused };
}

/** Reads `name:base64` of 32 bytes, as in `trusted-public-keys` (Nix, `PublicKey`, `src/libutil/signature/local-keys.cc`). */
export function readPublicKey(text: string): { readonly key: PublicKey } | { readonly refused: string } {
  const result = reading(() => parsePublicKey(text));
  return "refused" in result ? result : { key: result.value };
}

/** SubjectPublicKeyInfo of an Ed25519 key, up to its 32 bytes (RFC 8410, section 4). */
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

/** @throws Refused */
function parsePublicKey(text: string): PublicKey {
  const colon = text.indexOf(":");
  if (colon < 1 || colon === text.length - 1) throw new Refused("key is corrupt");
  const bytes = decodeBase64(text.slice(colon + 1));
  if (bytes.length !== 32) throw new Refused("public key is not valid");
  const der = Buffer.concat([spkiPrefix, bytes]);
  const key = createPublicKey({ key: der, format: "der", type: "spki" });
  return { name: text.slice(0, colon), key, isWeak: hasSmallOrder(bytes), verified: new Map() };
}

/** The points of small order, and another form of one (libsodium, `ge25519_has_small_order`). */
const smallOrder: ReadonlySet<string> = new Set([
  "00".repeat(32),
  `01${"00".repeat(31)}`,
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  `ec${"ff".repeat(30)}7f`,
  `ed${"ff".repeat(30)}7f`,
  `ee${"ff".repeat(30)}7f`,
]);

/** Whether a point is of small order; the sign in its highest bit does not count. */
export function hasSmallOrder(point: Uint8Array): boolean {
  const bytes = Buffer.from(point);
  bytes[31] = (bytes[31] ?? 0) & 0x7f;
  return smallOrder.has(bytes.toString("hex"));
}
