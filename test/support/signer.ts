import { createHash, generateKeyPairSync, sign } from "node:crypto";
import { toNixBase32 } from "../../server/src/common/nixBase32.ts";
import { base16Hash, parseHash } from "../../server/src/signing/formats/hash.ts";
import type { Narinfo } from "../../server/src/signing/narinfo.ts";
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
    ca: undefined,
    ...fields,
  };
}

/** A path whose name is the hash of its content and its references. */
export function contentAddressed(name: string, references: readonly string[] = [], narHash?: string): PathInfo {
  const info = pathInfo(name, { references, ...(narHash !== undefined && { narHash }) });
  const hash = parseHash(info.narHash);
  const type = ["source", ...references.toSorted()].join(":");
  const digest = createHash("sha256")
    .update(`${type}:${base16Hash(hash)}:/nix/store:${name}`)
    .digest();
  const folded = digest.subarray(0, 20).map((byte, index) => byte ^ (index < 12 ? (digest[index + 20] ?? 0) : 0));
  return { ...info, path: `/nix/store/${toNixBase32(folded)}-${name}`, ca: `fixed:r:${info.narHash}` };
}

/** What a cache says about a path. */
export function asNarinfo(info: PathInfo): Narinfo {
  return { ...info, url: archive, compression: "xz", deriver: undefined };
}

const archive = "nar/1yf3pvwhv80vpdzz1wgdgf3k8rpq2vaj5gj9rx77c55hwnzf4ivl.nar.xz";

/** A path with the signatures of keys besides those that it has. */
export function signedBy(info: PathInfo, ...signers: readonly Signer[]): PathInfo {
  const text = fingerprint(info) ?? "";
  return { ...info, signatures: [...info.signatures, ...signers.map(signer => signer.sign(text))] };
}

/** A path as served by a cache. */
export function narinfo({ path, narHash, narSize, references, signatures, ca }: PathInfo): string {
  const names = references.map(reference => reference.slice(reference.lastIndexOf("/") + 1));
  return [
    `StorePath: ${path}`,
    `URL: ${archive}`,
    "Compression: xz",
    `NarHash: ${narHash}`,
    `NarSize: ${narSize}`,
    `References: ${names.join(" ")}`,
    ...signatures.map(signature => `Sig: ${signature}`),
    ...(ca === undefined ? [] : [`CA: ${ca}`]),
    "",
  ].join("\n");
}
