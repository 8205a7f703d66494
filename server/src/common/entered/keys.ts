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
