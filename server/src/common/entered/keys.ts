// Checks of the public keys that a user enters. A secret one is recognised, so that it is never copied into a configuration.

const sshKey = /^((?:ssh|ecdsa|sk)-[a-z0-9@.-]{1,60}) ([A-Za-z0-9+/]{40,1400}={0,2})(?: [\x20-\x7e]{0,200})?$/;

/** A public key of ssh, as in a `.pub` file or in `authorized_keys`: `ssh-ed25519 AAAA... comment`. */
export function isSshPublicKey(text: string): boolean {
  const [, type = "", data = ""] = sshKey.exec(text) ?? [];
  if (type === "") return false;
  // The data begin with the length of the type (4 bytes, big endian) and the type itself (RFC 4253, section 6.6).
  return decoded(data).startsWith(`\0\0\0${String.fromCharCode(type.length)}${type}`);
}

/** A public key of a binary cache, as in `trusted-public-keys`: its name, a colon and 32 bytes in base 64. */
export function isCachePublicKey(text: string): boolean {
  return /^[\w.-]{1,200}:[A-Za-z0-9+/]{43}=$/.test(text);
}

/** Why Nix does not accept a text as a public key of a cache (`Key` in its `crypto.cc`), or what it is instead. */
export type CacheKeyFault =
  /** It has no name, or nothing else. */
  | { readonly kind: "incomplete" }
  | { readonly kind: "not base 64" }
  | { readonly kind: "length"; readonly bytes: number }
  /** It is a secret key. `publicKey`: the public one, which is the second half of it. */
  | { readonly kind: "secret"; readonly publicKey: string };

const [publicBytes, secretBytes] = [32, 64];

/** The fault of one entry of `trusted-public-keys`; undefined if Nix accepts it. */
export function cacheKeyFault(text: string): CacheKeyFault | undefined {
  const colon = text.indexOf(":");
  const name = text.slice(0, Math.max(colon, 0));
  // As Nix decodes: up to the padding, which may be missing.
  const [digits = ""] = text.slice(colon + 1).split("=");
  if (name === "" || digits === "") return { kind: "incomplete" };
  if (!/^[A-Za-z0-9+/]*$/.test(digits)) return { kind: "not base 64" };
  const bytes = Math.floor((digits.length * 6) / 8);
  if (bytes === secretBytes)
    return { kind: "secret", publicKey: `${name}:${btoa(decoded(digits).slice(publicBytes))}` };
  return bytes === publicBytes ? undefined : { kind: "length", bytes };
}

/** A secret key of a binary cache: like a public one, but with 64 bytes; or one of ssh. */
export function isSecretKey(text: string): boolean {
  return /:[A-Za-z0-9+/]{86}==$/.test(text.trim()) || text.includes("PRIVATE KEY");
}

/** Bytes as characters; empty if the text is not base 64. */
function decoded(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return "";
  }
}
