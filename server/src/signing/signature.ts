import { verify } from "node:crypto";
import { toNixBase32 } from "../common/nixBase32.ts";
import type { PublicKey } from "./keys.ts";
import type { PathInfo } from "./pathInfo.ts";

/** A SHA-256 in any of Nix's encodings (base 16, base 32, base 64, SRI) as `sha256:` and base 32; undefined for anything else. */
export function canonicalHash(hash: string): string | undefined {
  const match = /^sha256[:-](.+)$/.exec(hash);
  const digest = match?.[1] ?? "";
  if (/^[0-9a-df-np-sv-z]{52}$/.test(digest)) return `sha256:${digest}`;
  if (/^[0-9a-fA-F]{64}$/.test(digest)) return `sha256:${toNixBase32(Buffer.from(digest, "hex"))}`;
  if (/^[A-Za-z0-9+/]{43}=$/.test(digest)) return `sha256:${toNixBase32(Buffer.from(digest, "base64"))}`;
  return undefined;
}

/** The text that a signature signs (Nix, `ValidPathInfo::fingerprint`); undefined when the hash is invalid. */
export function fingerprint(info: PathInfo): string | undefined {
  const hash = canonicalHash(info.narHash);
  const references = info.references.toSorted().join(",");
  return hash === undefined ? undefined : `1;${info.path};${hash};${info.narSize};${references}`;
}

/** The result of checking one signature. */
export type Verdict =
  | { readonly status: "trusted"; readonly key: string }
  /** The key name is trusted, but the signature is wrong: path or signature were changed, or another key has the same name. */
  | { readonly status: "invalid"; readonly key: string }
  /** Signed by a key that is not trusted. */
  | { readonly status: "untrusted"; readonly key: string };

/** Checks every signature of a path against the trusted keys. Never throws. */
export function checkSignatures(info: PathInfo, keys: readonly PublicKey[]): Verdict[] {
  const text = fingerprint(info);
  return info.signatures.map(signature => {
    const colon = signature.indexOf(":");
    const name = signature.slice(0, Math.max(colon, 0));
    const named = keys.filter(key => key.name === name);
    if (named.length === 0) return { status: "untrusted", key: name };
    const bytes = Buffer.from(signature.slice(colon + 1), "base64");
    const holds =
      text !== undefined && bytes.length === 64 && named.some(({ key }) => verify(null, Buffer.from(text), key, bytes));
    return { status: holds ? "trusted" : "invalid", key: name };
  });
}
