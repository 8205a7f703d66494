import { fromNixBase32, nixBase32Length, toNixBase32 } from "../../common/nixBase32.ts";
import { decodeBase64 } from "./base64.ts";
import { Refused } from "./refused.ts";

/** The algorithms that every version of Nix reads without an experimental feature, with the size of their hashes in bytes. */
const sizes = { md5: 16, sha1: 20, sha256: 32, sha512: 64 } as const;

export type HashAlgorithm = keyof typeof sizes;

export interface NixHash {
  readonly algorithm: HashAlgorithm;
  readonly bytes: Uint8Array;
}

/**
 * Reads `<algorithm>:<hash>` in base 16, 32 or 64, which its length decides, or SRI's `<algorithm>-<base 64>` (Nix,
 * `Hash::parseAnyPrefixed`, `src/libutil/hash.cc`).
 *
 * @throws Refused
 */
export function parseHash(text: string): NixHash {
  const colon = text.indexOf(":");
  const end = colon >= 0 ? colon : text.indexOf("-");
  if (end < 0) throw new Refused(`hash '${text}' does not include a type`);
  const digits = text.slice(end + 1);
  const algorithm = parseAlgorithm(text.slice(0, end));
  return colon >= 0 ? parseDigits(digits, algorithm) : sized(decodeBase64(digits), algorithm, digits);
}

/** @throws Refused */
export function parseAlgorithm(name: string): HashAlgorithm {
  if (Object.hasOwn(sizes, name)) return name as HashAlgorithm;
  throw new Refused(`unknown hash algorithm '${name}'`);
}

/** Reads a hash without its algorithm, in base 16, 32 or 64 (Nix, `Hash::parseNonSRIUnprefixed`). @throws Refused */
export function parseDigits(digits: string, algorithm: HashAlgorithm): NixHash {
  const size = sizes[algorithm];
  switch (digits.length) {
    case size * 2:
      if (!/^[0-9a-fA-F]*$/.test(digits)) throw new Refused(`invalid base-16 hash '${digits}'`);
      return { algorithm, bytes: Buffer.from(digits, "hex") };
    case nixBase32Length(size): {
      const bytes = fromNixBase32(digits, size);
      if (bytes === undefined) throw new Refused(`invalid base-32 hash '${digits}'`);
      return { algorithm, bytes };
    }
    case Math.ceil(size / 3) * 4:
      return sized(decodeBase64(digits), algorithm, digits);
    default:
      throw new Refused(`hash '${digits}' has wrong length for hash algorithm '${algorithm}'`);
  }
}

function sized(bytes: Uint8Array, algorithm: HashAlgorithm, digits: string): NixHash {
  if (bytes.length !== sizes[algorithm]) throw new Refused(`invalid base-64 hash '${digits}'`);
  return { algorithm, bytes };
}

/** A SHA-256 in the form that signatures sign. The first of its 52 digits holds a single bit. */
const canonical = /^sha256:[01][0-9a-df-np-sv-z]{51}$/;

/** A SHA-256 in any of Nix's forms as `sha256:` and base 32; undefined for anything else. */
export function canonicalHash(text: string): string | undefined {
  if (canonical.test(text)) return text;
  try {
    const { algorithm, bytes } = parseHash(text);
    return algorithm === "sha256" ? `sha256:${toNixBase32(bytes)}` : undefined;
  } catch (error) {
    if (error instanceof Refused) return undefined;
    throw error;
  }
}

/** `<algorithm>:<base 16>` */
export function base16Hash({ algorithm, bytes }: NixHash): string {
  return `${algorithm}:${Buffer.from(bytes).toString("hex")}`;
}
