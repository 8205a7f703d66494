import assert from "node:assert/strict";
import { test } from "node:test";
import type { PathSignature } from "../../../server/src/protocol.ts";
import { parsePublicKey } from "../../../server/src/signing/keys.ts";
import type { PathInfo } from "../../../server/src/signing/pathInfo.ts";
import { type CacheAnswers, signatureReport } from "../../../server/src/signing/report.ts";
import { newSigner, pathInfo, signedBy } from "../../support/signer.ts";

const trusted = newSigner("trusted-1");
const stranger = newSigner("stranger-1");
const impostor = newSigner("trusted-1");
const keys = [parsePublicKey(trusted.publicKey)].flatMap(key => key ?? []);

const plain = pathInfo("hello");
const good = signedBy(plain, trusted);
const foreign = signedBy(plain, stranger);
const wrong = signedBy(plain, impostor);

/** A cache that has such a path. */
const cache = (url: string, ...infos: PathInfo[]): CacheAnswers => ({
  state: { url, reachable: true },
  infos: new Map(infos.map(info => [info.path, info])),
  failed: new Set(),
});
const silent: CacheAnswers = {
  state: { url: "http://down", reachable: false },
  infos: new Map(),
  failed: new Set(),
};
const broken: CacheAnswers = { ...cache("http://broken"), failed: new Set([plain.path]) };

interface Case {
  readonly info: PathInfo;
  readonly caches: readonly CacheAnswers[];
  readonly found: Omit<PathSignature, "path">;
}

/** What the store and the caches know of one path -> its status, and who decided. */
const cases: Record<string, Case> = {
  "signed in a cache by a trusted key": {
    info: plain,
    caches: [cache("http://a", good)],
    found: { status: "trusted", key: "trusted-1", cache: "http://a" },
  },
  "signed here by a trusted key": {
    info: good,
    caches: [],
    found: { status: "trusted", key: "trusted-1", cache: undefined },
  },
  "trusted before invalid, in any cache": {
    info: plain,
    caches: [cache("http://a", wrong), cache("http://b", good)],
    found: { status: "trusted", key: "trusted-1", cache: "http://b" },
  },
  "the cache before the store": {
    info: good,
    caches: [cache("http://a", good)],
    found: { status: "trusted", key: "trusted-1", cache: "http://a" },
  },
  "signed by another key of the trusted name": {
    info: plain,
    caches: [cache("http://a", wrong)],
    found: { status: "invalid", key: "trusted-1", cache: "http://a" },
  },
  "changed after it was signed": {
    info: plain,
    caches: [cache("http://a", { ...good, narSize: 1 })],
    found: { status: "invalid", key: "trusted-1", cache: "http://a" },
  },
  "invalid before untrusted": {
    info: plain,
    caches: [cache("http://a", foreign), cache("http://b", wrong)],
    found: { status: "invalid", key: "trusted-1", cache: "http://b" },
  },
  "invalid, though it was built here": {
    info: { ...wrong, ultimate: true },
    caches: [],
    found: { status: "invalid", key: "trusted-1", cache: undefined },
  },
  "signed by an untrusted key": {
    info: plain,
    caches: [cache("http://a", foreign)],
    found: { status: "untrusted", key: "stranger-1", cache: "http://a" },
  },
  "untrusted before content-addressed and built here": {
    info: { ...foreign, contentAddressed: true, ultimate: true },
    caches: [],
    found: { status: "untrusted", key: "stranger-1", cache: undefined },
  },
  "content-addressed before unsigned": {
    info: { ...plain, contentAddressed: true },
    caches: [cache("http://a", plain)],
    found: { status: "contentAddressed" },
  },
  "in a cache without any signature": {
    info: plain,
    caches: [cache("http://a", plain)],
    found: { status: "unsigned", cache: "http://a" },
  },
  "unsigned in the cache before built here: others will see it so": {
    info: { ...plain, ultimate: true },
    caches: [cache("http://a", plain)],
    found: { status: "unsigned", cache: "http://a" },
  },
  "built here and not in any cache": {
    info: { ...plain, ultimate: true },
    caches: [cache("http://a")],
    found: { status: "builtHere" },
  },
  "built here before a cache that is silent": {
    info: { ...plain, ultimate: true },
    caches: [silent],
    found: { status: "builtHere" },
  },
  "a cache that does not answer": {
    info: plain,
    caches: [cache("http://a"), silent],
    found: { status: "unreachable" },
  },
  "a cache that gave no answer for this path": { info: plain, caches: [broken], found: { status: "unreachable" } },
  "not in any cache": { info: plain, caches: [cache("http://a"), cache("http://b")], found: { status: "missing" } },
  "no caches": { info: plain, caches: [], found: { status: "missing" } },
};

for (const [name, { info, caches, found }] of Object.entries(cases)) {
  test(`a path is ${found.status}: ${name}`, () => {
    const report = signatureReport([info], caches, keys);
    assert.deepEqual(report.paths, [{ path: info.path, ...found }]);
    assert.equal(report[found.status], 1);
    assert.equal(report.total, 1);
  });
}

test("a path that failed in a cache does not make the others unreachable", () => {
  const report = signatureReport([plain, pathInfo("glibc")], [broken], keys);
  assert.deepEqual(
    report.paths.map(({ status }) => status),
    ["unreachable", "missing"],
  );
});

test("every path is counted once, and every cache is named", () => {
  const names = ["a", "b", "c", "d"];
  const [a, b, c, d] = names.map(name => pathInfo(name));
  assert.ok(a && b && c && d);
  const closure = [signedBy(a, trusted), signedBy(b, stranger), c, { ...d, ultimate: true }];
  const { paths, caches, total, bytes, ...counts } = signatureReport(closure, [cache("http://a"), silent], keys);
  assert.equal(total, 4);
  assert.equal(
    bytes,
    [a, b, c, d].reduce((sum, { narSize }) => sum + narSize, 0),
  );
  assert.deepEqual(counts, {
    trusted: 1,
    untrusted: 1,
    invalid: 0,
    unsigned: 0,
    missing: 0,
    contentAddressed: 0,
    builtHere: 1,
    unreachable: 1,
  });
  assert.deepEqual(
    paths.map(({ path }) => path),
    closure.map(({ path }) => path),
  );
  assert.deepEqual(
    caches.map(({ url, reachable }) => [url, reachable]),
    [
      ["http://a", true],
      ["http://down", false],
    ],
  );
});
