import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import fc from "fast-check";
import { toNixBase32 } from "../../../server/src/common/nixBase32.ts";
import { parsePublicKey } from "../../../server/src/signing/keys.ts";
import type { PathInfo } from "../../../server/src/signing/pathInfo.ts";
import { canonicalHash, checkSignatures, fingerprint } from "../../../server/src/signing/signature.ts";
import { anyText } from "../../support/arbitraries.ts";
import { newSigner, pathInfo, type Signer, signedBy } from "../../support/signer.ts";
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
  readonly trusted: readonly Signer[];
  readonly verdicts: readonly string[];
}

const cases: Record<string, Case> = {
  "a good one": { info: whole, trusted: [cache], verdicts: ["trusted cache.example.org-1"] },
  "a good one among other keys": { info: whole, trusted: [other, cache], verdicts: ["trusted cache.example.org-1"] },
  "a good one by one of two keys of that name": {
    info: whole,
    trusted: [impostor, cache],
    verdicts: ["trusted cache.example.org-1"],
  },
  "another size": { info: { ...whole, narSize: 1425 }, trusted: [cache], verdicts: ["invalid cache.example.org-1"] },
  "another hash": {
    info: { ...whole, narHash: anotherHash },
    trusted: [cache],
    verdicts: ["invalid cache.example.org-1"],
  },
  "another path": {
    info: { ...whole, path: storePath("hello-2") },
    trusted: [cache],
    verdicts: ["invalid cache.example.org-1"],
  },
  "a reference less": {
    info: { ...whole, references: whole.references.slice(1) },
    trusted: [cache],
    verdicts: ["invalid cache.example.org-1"],
  },
  "references in another order, which is the same": {
    info: { ...whole, references: whole.references.toReversed() },
    trusted: [cache],
    verdicts: ["trusted cache.example.org-1"],
  },
  "the hash in another form, which is the same": {
    info: { ...signedBy(pathInfo("a", { narHash: `sha256:${base32}` }), cache), narHash: `sha256-${base64}` },
    trusted: [cache],
    verdicts: ["trusted cache.example.org-1"],
  },
  "a hash that is none": {
    info: { ...whole, narHash: "sha256:?" },
    trusted: [cache],
    verdicts: ["invalid cache.example.org-1"],
  },
  "another key of the same name": { info: whole, trusted: [impostor], verdicts: ["invalid cache.example.org-1"] },
  "an untrusted key": { info: whole, trusted: [other], verdicts: ["untrusted cache.example.org-1"] },
  "no key at all": { info: whole, trusted: [], verdicts: ["untrusted cache.example.org-1"] },
  "a signature that is cut": {
    info: { ...whole, signatures: [signature.slice(0, 60)] },
    trusted: [cache],
    verdicts: ["invalid cache.example.org-1"],
  },
  "a signature that is too long": {
    info: { ...whole, signatures: [signature.replace(/==$/, "AAAA")] },
    trusted: [cache],
    verdicts: ["invalid cache.example.org-1"],
  },
  "a name and nothing": {
    info: { ...whole, signatures: ["cache.example.org-1:"] },
    trusted: [cache],
    verdicts: ["invalid cache.example.org-1"],
  },
  "no name": {
    info: { ...whole, signatures: [signature.slice(20), "", ":"] },
    trusted: [cache],
    verdicts: ["untrusted ", "untrusted ", "untrusted "],
  },
  several: {
    info: signedBy(whole, other, impostor),
    trusted: [cache, other],
    verdicts: ["trusted cache.example.org-1", "trusted other-1", "invalid cache.example.org-1"],
  },
  none: { info: pathInfo("x"), trusted: [cache], verdicts: [] },
};

for (const [name, { info, trusted, verdicts }] of Object.entries(cases)) {
  test(`signatures: ${name}`, () => {
    const keys = trusted.flatMap(({ publicKey }) => parsePublicKey(publicKey) ?? []);
    assert.deepEqual(
      checkSignatures(info, keys).map(({ status, key }) => `${status} ${key}`),
      verdicts,
    );
  });
}

test("whatever stands for a signature, nothing throws and nothing is trusted", () => {
  const key = parsePublicKey(cache.publicKey);
  assert.ok(key);
  const part = fc.oneof(anyText, fc.base64String(), fc.constantFrom("cache.example.org-1", ":", "=", "AAAA"));
  fc.assert(
    fc.property(fc.array(part), parts => {
      const info = { ...whole, signatures: [parts.join(""), `cache.example.org-1:${parts.join("")}`] };
      assert.ok(checkSignatures(info, [key]).every(({ status }) => status !== "trusted"));
    }),
  );
});

/** text -> whether it is a public key, and of which name. */
const keys: Record<string, string | undefined> = {
  [cache.publicKey]: "cache.example.org-1",
  [cache.publicKey.replace(/^[^:]+/, "")]: undefined,
  [cache.publicKey.replace(/^[^:]+:/, "")]: undefined,
  "cache.example.org-1:AAAA": undefined,
  "cache.example.org-1": undefined,
  "": undefined,
};

for (const [text, name] of Object.entries(keys))
  test(`'${text}' is ${name === undefined ? "no public key" : `the public key of ${name}`}`, () =>
    assert.equal(parsePublicKey(text)?.name, name));
