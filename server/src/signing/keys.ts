import { createPublicKey, type KeyObject } from "node:crypto";

/** An Ed25519 public key with its name in signatures. */
export interface PublicKey {
  readonly name: string;
  readonly key: KeyObject;
}

/** SubjectPublicKeyInfo of an Ed25519 key, up to its 32 bytes (RFC 8410, section 4). */
const spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");

/** Parses `name:base64`, as in `trusted-public-keys`; undefined for anything else. */
export function parsePublicKey(text: string): PublicKey | undefined {
  const colon = text.indexOf(":");
  const bytes = Buffer.from(text.slice(colon + 1), "base64");
  if (colon < 1 || bytes.length !== 32) return undefined;
  const der = Buffer.concat([spkiPrefix, bytes]);
  return { name: text.slice(0, colon), key: createPublicKey({ key: der, format: "der", type: "spki" }) };
}
