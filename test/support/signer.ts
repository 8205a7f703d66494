import { generateKeyPairSync, sign } from "node:crypto";
import type { PathInfo } from "../../server/src/signing/pathInfo.ts";
import { fingerprint } from "../../server/src/signing/signature.ts";
import { storePath } from "./streams.ts";

/** A new key as Nix has them. */
export interface Signer {
  readonly name: string;
  /** `name:base64`, as in `trusted-public-keys`. */
  readonly publicKey: string;
  /** `name:base64` */
  sign(text: string): string;
}

export function newSigner(name: string): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  // The key itself is the end of its DER form.
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  return {
    name,
    publicKey: `${name}:${raw.toString("base64")}`,
    sign: text => `${name}:${sign(null, Buffer.from(text), privateKey).toString("base64")}`,
  };
}

/** A path with that name, without signatures. */
export function pathInfo(name: string, fields: Partial<PathInfo> = {}): PathInfo {
  return {
    path: storePath(name),
    narHash: "sha256:1b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s",
    narSize: 1424,
    references: [],
    signatures: [],
    ultimate: false,
    contentAddressed: false,
    ...fields,
  };
}

/** A path with the signatures of keys besides those that it has. */
export function signedBy(info: PathInfo, ...signers: readonly Signer[]): PathInfo {
  const text = fingerprint(info) ?? "";
  return { ...info, signatures: [...info.signatures, ...signers.map(signer => signer.sign(text))] };
}

/** A path as served by a cache. */
export function narinfo({ path, narHash, narSize, references, signatures }: PathInfo): string {
  const names = references.map(reference => reference.slice(reference.lastIndexOf("/") + 1));
  return [
    `StorePath: ${path}`,
    "URL: nar/1yf3pvwhv80vpdzz1wgdgf3k8rpq2vaj5gj9rx77c55hwnzf4ivl.nar.xz",
    "Compression: xz",
    `NarHash: ${narHash}`,
    `NarSize: ${narSize}`,
    `References: ${names.join(" ")}`,
    ...signatures.map(signature => `Sig: ${signature}`),
    "",
  ].join("\n");
}
