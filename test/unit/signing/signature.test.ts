import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { toNixBase32 } from "../../../server/src/common/nixBase32.ts";
import { canonicalHash } from "../../../server/src/signing/formats/hash.ts";
import { readPublicKey, readTrustedKeys } from "../../../server/src/signing/keys.ts";
import type { PathInfo } from "../../../server/src/signing/pathInfo.ts";
import { checkSignatures, fingerprint } from "../../../server/src/signing/signature.ts";
import { anyText } from "../../support/arbitraries.ts";
import { contentAddressed, newSigner, pathInfo, type Signer, signedBy } from "../../support/signer.ts";
import { storePath } from "../../support/streams.ts";

// The SHA-256 of nothing, as `nix hash` writes it.
const base32 = "0mdqa9w1p6cmli6976v4wi0sw9r4p5prkj7lzfd1877wk11c9c73";
const base16 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
const base64 = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";

/** hash -> Nix's own form of it. */
const hashes: Record<string, [hash: string, canonical: string | undefined]> = {
  "base 32": [`sha256:${base32}`, `sha256:${base32}`],
  "base 16": [`sha256:${base16}`, `sha256:${base32}`],
  "base 16 in capitals": [`sha256:${base16.toUpperCase()}`, `sha256:${base32}`],
  "base 64": [`sha256:${base64}`, `sha256:${base32}`],
  SRI: [`sha256-${base64}`, `sha256:${base32}`],
  "another algorithm": [`sha512-${base64}`, undefined],
  "letters that Nix's base 32 does not have": [`sha256:${base32.replace("m", "u")}`, undefined],
  "too short": [`sha256:${base32.slice(1)}`, undefined],
  "no algorithm": [base32, undefined],
  nothing: ["", undefined],
};

for (const [name, [hash, canonical]] of Object.entries(hashes))
  test(`hash: ${name}`, () => assert.equal(canonicalHash(hash), canonical));

test("all forms of a hash are one", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), bytes => {
      const digest = Buffer.from(bytes);
      const canonical = `sha256:${toNixBase32(digest)}`;
      for (const form of [
        `sha256:${digest.toString("hex")}`,
        `sha256:${digest.toString("base64")}`,
        `sha256-${digest.toString("base64")}`,
        canonical,
      ])
        assert.equal(canonicalHash(form), canonical);
    }),
  );
});

test("a fingerprint holds path, hash, size and the references in order", () => {
  const [a, b] = [storePath("glibc"), storePath("hello")].toSorted();
  const info = pathInfo("x", {
    narHash: `sha256-${base64}`,
    narSize: 42,
    references: [b ?? "", a ?? ""],
  });
  assert.equal(fingerprint(info), `1;${info.path};sha256:${base32};42;${a},${b}`);
  assert.equal(fingerprint(pathInfo("x", { narHash: "md5:x" })), undefined);
});

const cache = newSigner("cache.example.org-1");
const other = newSigner("other-1");
const impostor = newSigner("cache.example.org-1");

const whole = signedBy(pathInfo("hello", { references: [storePath("glibc"), storePath("hello")] }), cache);
const [signature = ""] = whole.signatures;
const anotherHash = `sha256:${createHash("sha256").update("another").digest("hex")}`;

interface Case {
  readonly info: PathInfo;
  readonly trusted: readonly (Signer | string)[];
  /** Status, key and reason. */
  readonly verdict: string | RegExp;
}

const name = "cache.example.org-1";
const addressed = contentAddressed("source");
const changed = /^invalid cache.example.org-1 The signature does not match/;

const cases: Record<string, Case> = {
  "a good one": { info: whole, trusted: [cache], verdict: `trusted ${name}` },
  "a good one among other keys": { info: whole, trusted: [other, cache], verdict: `trusted ${name}` },
  "a good one by the first of two keys of that name": {
    info: whole,
    trusted: [cache, impostor],
    verdict: `trusted ${name}`,
  },
  "a good one by the second of two keys of that name, which Nix ignores": {
    info: whole,
    trusted: [impostor, cache],
    verdict: changed,
  },
  "a good one without padding": {
    info: { ...whole, signatures: [signature.replaceAll("=", "")] },
    trusted: [cache],
    verdict: `trusted ${name}`,
  },
  "a good one with something after the padding": {
    info: { ...whole, signatures: [`${signature}junk`] },
    trusted: [cache],
    verdict: `trusted ${name}`,
  },
  "a good one after a wrong one": {
    info: { ...whole, signatures: [impostor.sign("x"), ...whole.signatures] },
    trusted: [cache],
    verdict: `trusted ${name}`,
  },
  "a good one and a malformed one of that name, which is an error to Nix": {
    info: { ...whole, signatures: [...whole.signatures, `${name}:a-b`] },
    trusted: [cache],
    verdict: `invalid ${name} invalid character in Base64 string: '-'`,
  },
  "a good one and a malformed one of another name, which Nix ignores": {
    info: { ...whole, signatures: ["other-1:a-b", "garbage", ...whole.signatures] },
    trusted: [cache],
    verdict: `trusted ${name}`,
  },
  "another size": { info: { ...whole, narSize: 1425 }, trusted: [cache], verdict: changed },
  "another hash": { info: { ...whole, narHash: anotherHash }, trusted: [cache], verdict: changed },
  "another path": { info: { ...whole, path: storePath("hello-2") }, trusted: [cache], verdict: changed },
  "a reference less": {
    info: { ...whole, references: whole.references.slice(1) },
    trusted: [cache],
    verdict: changed,
  },
  "references in another order, and one twice, which is the same": {
    info: { ...whole, references: [...whole.references.toReversed(), ...whole.references] },
    trusted: [cache],
    verdict: `trusted ${name}`,
  },
  "the hash in another form, which is the same": {
    info: { ...signedBy(pathInfo("a", { narHash: `sha256:${base32}` }), cache), narHash: `sha256-${base64}` },
    trusted: [cache],
    verdict: `trusted ${name}`,
  },
  "a hash that is none": { info: { ...whole, narHash: "sha256:?" }, trusted: [cache], verdict: changed },
  "another key of the same name": { info: whole, trusted: [impostor], verdict: changed },
  "an untrusted key": { info: whole, trusted: [other], verdict: `untrusted ${name}` },
  "no key at all": { info: whole, trusted: [], verdict: `untrusted ${name}` },
  "a malformed trusted key, which spoils all": {
    info: whole,
    trusted: [cache, "other-1:a-b"],
    verdict: `untrusted ${name} Nix cannot read 'trusted-public-keys': invalid character in Base64 string: '-'.`,
  },
  "a signature that is cut": {
    info: { ...whole, signatures: [signature.slice(0, 60)] },
    trusted: [cache],
    verdict: `invalid ${name} signature is not valid`,
  },
  "a signature that is too long": {
    info: { ...whole, signatures: [signature.replace(/==$/, "AAAA")] },
    trusted: [cache],
    verdict: `invalid ${name} signature is not valid`,
  },
  "a name and nothing": {
    info: { ...whole, signatures: [`${name}:`] },
    trusted: [cache],
    verdict: `invalid ${name} signature is not valid`,
  },
  "no name": {
    info: { ...whole, signatures: [signature.slice(20), "", ":"] },
    trusted: [cache],
    verdict: "unsigned Its signature has no key name.",
  },
  several: { info: signedBy(whole, other, impostor), trusted: [cache, other], verdict: `trusted ${name}` },
  none: { info: pathInfo("x"), trusted: [cache], verdict: "unsigned" },
  "none, but content-addressed": { info: addressed, trusted: [cache], verdict: "contentAddressed" },
  "a good one, and content-addressed": {
    info: signedBy(addressed, cache),
    trusted: [cache],
    verdict: `trusted ${name}`,
  },
  "a malformed one, which does not matter if content-addressed": {
    info: { ...addressed, signatures: [`${name}:a-b`] },
    trusted: [cache],
    verdict: "contentAddressed",
  },
  "a good one of what claims to be content-addressed": {
    info: { ...whole, ca: addressed.ca },
    trusted: [cache],
    verdict: "invalid it claims to be content-addressed but isn't",
  },
};

for (const [title, { info, trusted, verdict }] of Object.entries(cases)) {
  test(`signatures: ${title}`, () => {
    const keys = readTrustedKeys(trusted.map(key => (typeof key === "string" ? key : key.publicKey)));
    const { status, ...more } = checkSignatures(info, keys);
    const { key, why } = { key: undefined, why: undefined, ...more };
    const found = [status, key, why].filter(part => part !== undefined).join(" ");
    if (typeof verdict === "string") assert.equal(found, verdict);
    else assert.match(found, verdict);
  });
}

test("whatever stands for a signature, nothing throws and nothing is trusted", () => {
  const key = readTrustedKeys([cache.publicKey]);
  const part = fc.oneof(anyText, fc.base64String(), fc.constantFrom("cache.example.org-1", ":", "=", "AAAA"));
  fc.assert(
    fc.property(fc.array(part), parts => {
      const info = { ...whole, signatures: [parts.join(""), `cache.example.org-1:${parts.join("")}`] };
      assert.notEqual(checkSignatures(info, key).status, "trusted");
    }),
  );
});

/** text -> the name of the public key, or why it is none. */
const keys: Record<string, string | RegExp> = {
  [cache.publicKey]: "cache.example.org-1",
  [cache.publicKey.replaceAll("=", "")]: "cache.example.org-1",
  [cache.publicKey.replace(/^[^:]+/, "")]: /key is corrupt/,
  [cache.publicKey.replace(/^[^:]+:/, "")]: /key is corrupt/,
  [cache.publicKey.replace(/:./, ":-")]: /invalid character in Base64 string: '-'/,
  "cache.example.org-1:AAAA": /public key is not valid/,
  "cache.example.org-1:": /key is corrupt/,
  "cache.example.org-1": /key is corrupt/,
  "": /key is corrupt/,
};

for (const [text, result] of Object.entries(keys))
  test(`'${text}' is ${result instanceof RegExp ? "no public key" : `the public key of ${result}`}`, () => {
    const read = readPublicKey(text);
    if (result instanceof RegExp) assert.match("refused" in read ? read.refused : "", result);
    else assert.equal("key" in read && read.key.name, result);
  });

test("a key with which anyone can sign is never trusted", () => {
  // The identity: R = S * B is a signature of any text.
  const weak = `weak-1:${Buffer.concat([Buffer.of(1), Buffer.alloc(31)]).toString("base64")}`;
  const forged = Buffer.alloc(64);
  forged[0] = 1;
  const info = { ...pathInfo("x"), signatures: [`weak-1:${forged.toString("base64")}`] };
  assert.equal(checkSignatures(info, readTrustedKeys([weak])).status, "invalid");
});
