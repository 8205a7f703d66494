import { createHash } from "node:crypto";
import path from "node:path";
import { toNixBase32 } from "../../common/nixBase32.ts";
import { base16Hash, canonicalHash, type NixHash, parseAlgorithm, parseDigits } from "./hash.ts";
import { Refused } from "./refused.ts";

/** How the content of a content-addressed path was hashed. */
export interface ContentAddress {
  readonly method: "text" | "flat" | "recursive";
  readonly hash: NixHash;
}

/** Reads `text:sha256:<hash>` or `fixed:[r:]<algorithm>:<hash>` (Nix, `src/libstore/content-address.cc`). @throws Refused */
export function parseContentAddress(text: string): ContentAddress {
  const [, kind, recursive, algorithmName, digits] = /^(text|fixed):(r:)?([^:]*):(.*)$/s.exec(text) ?? [];
  if (algorithmName === undefined || digits === undefined || (kind === "text" && recursive !== undefined))
    throw new Refused(`not a content address: '${text}'`);
  const algorithm = parseAlgorithm(algorithmName);
  if (kind === "text" && algorithm !== "sha256")
    throw new Refused(`text content address hash should use sha256, but instead uses ${algorithm}`);
  const method = kind === "text" ? "text" : recursive === undefined ? "flat" : "recursive";
  return { method, hash: parseDigits(digits, algorithm) };
}

/** A path that claims to be content-addressed. */
export interface Addressed {
  readonly path: string;
  readonly narHash: string;
  readonly references: readonly string[];
  readonly ca: string;
}

/**
 * Whether a path's name is the hash of its content, as far as that can be known without the content (Nix,
 * `ValidPathInfo::isContentAddressed`).
 *
 * @returns why Nix would refuse the path; undefined if it would take it without a signature.
 */
export function falseContentAddress(info: Addressed): string | undefined {
  try {
    const ca = parseContentAddress(info.ca);
    if (pathOf(ca, info) !== info.path) return "it claims to be content-addressed but isn't";
    if (ca.method !== "recursive" || ca.hash.algorithm !== "sha256" || info.references.includes(info.path))
      return undefined;
    // Without references to itself, the hash of the archive is the content's.
    const specified = canonicalHash(base16Hash(ca.hash));
    return specified === canonicalHash(info.narHash) ? undefined : "its NarHash is not that of its content address";
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

/** The path that has this content and these references (Nix, `makeTextPath` and `makeFixedOutputPath`). @throws Refused */
function pathOf({ method, hash }: ContentAddress, { path: own, references }: Addressed): string {
  const storeDir = path.posix.dirname(own);
  const name = path.posix.basename(own).slice(33);
  const others = [...new Set(references)].filter(reference => reference !== own).toSorted();
  const refersToSelf = references.includes(own);
  const named = (type: string, content: string) => {
    const digest = createHash("sha256").update(`${type}:${content}:${storeDir}:${name}`).digest();
    return `${storeDir}/${toNixBase32(compress(digest, 20))}-${name}`;
  };
  if (method === "text") {
    if (refersToSelf) throw new Refused("self-reference not allowed with text hashing");
    return named(["text", ...others].join(":"), base16Hash(hash));
  }
  if (method === "recursive" && hash.algorithm === "sha256")
    return named(["source", ...others, ...(refersToSelf ? ["self"] : [])].join(":"), base16Hash(hash));
  if (references.length > 0) throw new Refused("it is not allowed to refer to other store paths");
  const inner = `fixed:out:${method === "recursive" ? "r:" : ""}${base16Hash(hash)}:`;
  return named("output:out", `sha256:${createHash("sha256").update(inner).digest("hex")}`);
}

/** Folds a hash to `size` bytes (Nix, `compressHash`). */
function compress(digest: Uint8Array, size: number): Uint8Array {
  const folded = new Uint8Array(size);
  for (const [index, byte] of digest.entries()) folded[index % size] = (folded[index % size] ?? 0) ^ byte;
  return folded;
}
