import { fromNixBase32, nixBase32Length, toNixBase32 } from "./nixBase32.ts";

/** A specified hash and the actual one, each as Nix prints it (`sha256-...`, `sha256:...`). */
export interface HashChange {
  readonly specified: string;
  readonly got: string;
}

/** A range of offsets in a text, and its replacement. */
export interface HashPlace {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A digest in every encoding that Nix accepts. */
interface Digest {
  readonly algorithm: string;
  readonly base64: string;
  readonly nix32: string;
  readonly hex: string;
}

/** Length of a digest in bytes. */
const sizes: Readonly<Record<string, number>> = { md5: 16, sha1: 20, sha256: 32, sha512: 64, blake3: 32 };

/** Whether a value is the argument of a hash-mismatch fix. */
export function isHashChange(value: unknown): value is HashChange {
  if (typeof value !== "object" || value === null) return false;
  return "specified" in value && typeof value.specified === "string" && "got" in value && typeof value.got === "string";
}

/**
 * The occurrences of the specified hash in any encoding; the replacement has the same encoding. A hash of zeros is a placeholder
 * for an unknown one, so empty strings and nixpkgs' `fakeHash` are occurrences as well.
 */
export function placesOf(text: string, change: HashChange): HashPlace[] {
  const [from, to] = [digestOf(change.specified), digestOf(change.got)];
  if (from === undefined || to === undefined || from.algorithm !== to.algorithm) return [];
  const places = (["base64", "nix32", "hex"] as const).flatMap(writing =>
    literalPlaces(text, from[writing], to[writing]),
  );
  return [...places, ...(/^0+$/.test(from.hex) ? unknownPlaces(text, to) : [])].toSorted((a, b) => a.start - b.start);
}

function literalPlaces(text: string, from: string, to: string): HashPlace[] {
  const escaped = from.replaceAll("+", String.raw`\+`);
  // Hexadecimal digits may be upper case; a longer word is a different hash.
  const pattern = new RegExp(`(?<![\\w+/=])${escaped}(?![\\w+/=])`, /^[\da-f]+$/.test(from) ? "gi" : "g");
  return [...text.matchAll(pattern)].map(({ index }) => ({ start: index, end: index + from.length, text: to }));
}

/** `lib.fakeHash`, `lib.fakeSha256`, `hash = ""`, `sha256 = ""`: not every version accepts `sha256-...` for the older names. */
const unknown = /(?:[\w'-]+\.)*fake(Hash|Sha256|Sha512)\b|\b(?:\w*[hH]ash|sha256|sha512)\s*=\s*("")/g;

function unknownPlaces(text: string, { algorithm, base64, nix32 }: Digest): HashPlace[] {
  return [...text.matchAll(unknown)].map(({ 0: found, 1: fake, 2: empty, index }) => {
    const isOld = empty === undefined ? fake !== "Hash" : /^sha/.test(found);
    const end = index + found.length;
    const start = empty === undefined ? index : end - empty.length;
    return { start, end, text: `"${isOld ? nix32 : `${algorithm}-${base64}`}"` };
  });
}

function digestOf(hash: string): Digest | undefined {
  const [, algorithm = "", digest = ""] = /^(\w+)[-:](.+)$/.exec(hash) ?? [];
  const size = sizes[algorithm];
  const bytes = size === undefined ? undefined : bytesOf(digest, size);
  if (bytes === undefined) return undefined;
  return { algorithm, base64: bytes.toString("base64"), nix32: toNixBase32(bytes), hex: bytes.toString("hex") };
}

function bytesOf(digest: string, size: number): Buffer | undefined {
  if (digest.length === 2 * size && /^[\da-fA-F]+$/.test(digest)) return Buffer.from(digest, "hex");
  if (digest.length === nixBase32Length(size)) {
    const bytes = fromNixBase32(digest, size);
    return bytes && Buffer.from(bytes);
  }
  if (digest.length === 4 * Math.ceil(size / 3) && /^[\w+/]+=*$/.test(digest)) return Buffer.from(digest, "base64");
  return undefined;
}
