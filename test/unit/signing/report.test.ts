import assert from "node:assert/strict";
import { test } from "node:test";
import type { PathOffer, PathSignature } from "../../../server/src/protocol.ts";
import { readTrustedKeys } from "../../../server/src/signing/keys.ts";
import type { PathInfo } from "../../../server/src/signing/pathInfo.ts";
import { type CacheAnswers, signatureReport } from "../../../server/src/signing/report.ts";
import { asNarinfo, contentAddressed, newSigner, pathInfo, signedBy } from "../../support/signer.ts";

const trusted = newSigner("trusted-1");
const stranger = newSigner("stranger-1");
const impostor = newSigner("trusted-1");
const keys = readTrustedKeys([trusted.publicKey]);
const at = "2026-11-30T14:00:00.000Z";

const plain = pathInfo("hello");
const good = signedBy(plain, trusted);
const foreign = signedBy(plain, stranger);
const wrong = signedBy(plain, impostor);
const otherContent = "sha256:0b8m03r63zqhnjf7l5wnldhh7c134ap5vpj0850ymkq1iyzicy5s";
const other = signedBy(pathInfo("hello", { narHash: otherContent }), trusted);
const addressed = contentAddressed("source");
const mismatch = /^The signature does not match/;

/** A cache that has such a path. */
const cache = (url: string, ...infos: PathInfo[]): CacheAnswers => ({
  state: { url, reachable: true },
  infos: new Map(infos.map(info => [info.path, asNarinfo(info)])),
  failed: new Map(),
  refused: new Map(),
  narMissing: new Set(),
});
const silent: CacheAnswers = { ...cache("http://down"), state: { url: "http://down", reachable: false } };
const broken: CacheAnswers = { ...cache("http://broken"), failed: new Map([[plain.path, "HTTP 500"]]) };
const refusing: CacheAnswers = { ...cache("http://odd"), refused: new Map([[plain.path, "is corrupt"]]) };
const empty: CacheAnswers = { ...cache("http://empty", good), narMissing: new Set([plain.path]) };
const elsewhere: CacheAnswers = {
  ...cache("http://gnu", good),
  state: { url: "http://gnu", reachable: true, storeDir: "/gnu/store" },
};

interface Case {
  readonly info: PathInfo;
  readonly caches: readonly CacheAnswers[];
  readonly found: Omit<PathSignature, "path" | "offers" | "why">;
  readonly why?: RegExp;
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
    found: { status: "trusted", key: "trusted-1" },
  },
  "trusted before invalid, in any cache": {
    info: plain,
    caches: [cache("http://a", wrong), cache("http://b", good)],
    found: { status: "trusted", key: "trusted-1", cache: "http://b" },
  },
  "trusted, though another cache is silent": {
    info: plain,
    caches: [silent, cache("http://b", good)],
    found: { status: "trusted", key: "trusted-1", cache: "http://b" },
  },
  "the cache before the store": {
    info: good,
    caches: [cache("http://a", good)],
    found: { status: "trusted", key: "trusted-1", cache: "http://a" },
  },
  "one that has the archive before one that does not": {
    info: plain,
    caches: [empty, cache("http://b", good)],
    found: { status: "trusted", key: "trusted-1", cache: "http://b" },
  },
  "without its archive, which is said": {
    info: plain,
    caches: [empty],
    found: { status: "trusted", key: "trusted-1", cache: "http://empty", narMissing: true },
  },
  "signed, and the same content elsewhere": {
    info: plain,
    caches: [cache("http://a", other), cache("http://b", good)],
    found: { status: "trusted", key: "trusted-1", cache: "http://b" },
  },
  "another content was signed": {
    info: { ...plain, ultimate: true },
    caches: [cache("http://a", other)],
    found: { status: "differs", key: "trusted-1", cache: "http://a" },
    why: /not reproducible/,
  },
  "another content was signed, though another cache is silent": {
    info: plain,
    caches: [cache("http://a", other), silent],
    found: { status: "differs", key: "trusted-1", cache: "http://a" },
    why: /not reproducible/,
  },
  "signed by another key of the trusted name": {
    info: plain,
    caches: [cache("http://a", wrong)],
    found: { status: "invalid", key: "trusted-1", cache: "http://a" },
    why: mismatch,
  },
  "changed after it was signed": {
    info: plain,
    caches: [cache("http://a", { ...good, narSize: 1 })],
    found: { status: "invalid", key: "trusted-1", cache: "http://a" },
    why: mismatch,
  },
  "a narinfo that Nix refuses": {
    info: { ...plain, ultimate: true },
    caches: [refusing],
    found: { status: "invalid", cache: "http://odd" },
    why: /^is corrupt$/,
  },
  "content-addressed, but the cache has another content": {
    info: addressed,
    caches: [cache("http://a", { ...addressed, narSize: 5 })],
    found: { status: "invalid", cache: "http://a" },
    why: /not that of/,
  },
  "invalid before untrusted": {
    info: plain,
    caches: [cache("http://a", foreign), cache("http://b", wrong)],
    found: { status: "invalid", key: "trusted-1", cache: "http://b" },
    why: mismatch,
  },
  "invalid, though another cache is silent": {
    info: plain,
    caches: [silent, cache("http://b", wrong)],
    found: { status: "invalid", key: "trusted-1", cache: "http://b" },
    why: mismatch,
  },
  "invalid, though it was built here": {
    info: { ...wrong, ultimate: true },
    caches: [],
    found: { status: "invalid", key: "trusted-1" },
    why: mismatch,
  },
  "signed by an untrusted key": {
    info: plain,
    caches: [cache("http://a", foreign)],
    found: { status: "untrusted", key: "stranger-1", cache: "http://a" },
  },
  "untrusted before built here": {
    info: { ...foreign, ultimate: true },
    caches: [],
    found: { status: "untrusted", key: "stranger-1" },
  },
  "content-addressed before untrusted: it needs no signature": {
    info: addressed,
    caches: [cache("http://a", signedBy(addressed, stranger))],
    found: { status: "contentAddressed", cache: "http://a" },
  },
  "content-addressed here": {
    info: addressed,
    caches: [silent],
    found: { status: "contentAddressed" },
  },
  "content-addressed here, but in a cache that does not say so": {
    info: addressed,
    caches: [cache("http://a", { ...addressed, ca: undefined })],
    found: { status: "unsigned", cache: "http://a" },
  },
  "a claim in the store that we do not understand is none": {
    info: { ...plain, ca: "fixed:git:sha1:x", ultimate: true },
    caches: [],
    found: { status: "builtHere" },
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
  "built here, but a cache that may have it is silent": {
    info: { ...plain, ultimate: true },
    caches: [silent],
    found: { status: "unreachable", cache: "http://down" },
  },
  "unsigned in a cache, but another is silent": {
    info: plain,
    caches: [cache("http://a", plain), silent],
    found: { status: "unreachable", cache: "http://down" },
  },
  "untrusted in a cache, but another is silent": {
    info: plain,
    caches: [cache("http://a", foreign), silent],
    found: { status: "unreachable", cache: "http://down" },
  },
  "a cache that gave no answer for this path": {
    info: plain,
    caches: [broken],
    found: { status: "unreachable", cache: "http://broken" },
    why: /^HTTP 500$/,
  },
  "in a cache of another store, which Nix does not use": {
    info: plain,
    caches: [elsewhere],
    found: { status: "missing" },
  },
  "not in any cache": { info: plain, caches: [cache("http://a"), cache("http://b")], found: { status: "missing" } },
  "no caches": { info: plain, caches: [], found: { status: "missing" } },
};

for (const [name, { info, caches, found, why }] of Object.entries(cases)) {
  test(`a path is ${found.status}: ${name}`, () => {
    const report = signatureReport([info], caches, keys, at);
    const { offers, why: reason, path, ...rest } = report.paths[0] ?? { path: "" };
    assert.deepEqual(rest, found);
    assert.equal(path, info.path);
    if (why === undefined) assert.equal(reason, undefined);
    else assert.match(reason ?? "", why);
    assert.deepEqual(
      offers?.map(offer => offer.cache),
      caches.map(({ state }) => state.url),
    );
    assert.equal(report[found.status], 1);
    assert.equal(report.total, 1);
  });
}

test("every cache's answer is kept", () => {
  const caches = [silent, broken, refusing, empty, elsewhere, cache("http://a", foreign), cache("http://b", plain)];
  const [path] = signatureReport([plain], caches, keys, at).paths;
  const offers: PathOffer[] = [
    { cache: "http://down", status: "unreachable" },
    { cache: "http://broken", status: "unreachable", why: "HTTP 500" },
    { cache: "http://odd", status: "invalid", why: "is corrupt" },
    { cache: "http://empty", status: "trusted", key: "trusted-1", narMissing: true },
    { cache: "http://gnu", status: "missing" },
    { cache: "http://a", status: "untrusted", key: "stranger-1" },
    { cache: "http://b", status: "unsigned" },
  ];
  assert.deepEqual(path?.offers, offers);
});

test("a path that failed in a cache does not make the others unreachable", () => {
  const report = signatureReport([plain, pathInfo("glibc")], [broken], keys, at);
  assert.deepEqual(
    report.paths.map(({ status }) => status),
    ["unreachable", "missing"],
  );
});

test("a malformed trusted key leaves nothing trusted, and the report says why", () => {
  const report = signatureReport([plain], [cache("http://a", good)], readTrustedKeys([trusted.publicKey, "x"]), at);
  assert.equal(report.paths[0]?.status, "untrusted");
  assert.match(report.paths[0]?.why ?? "", /'trusted-public-keys': key is corrupt/);
});

test("every path is counted once, and every cache has its own counts and keys", () => {
  const names = ["a", "b", "c", "d"];
  const [a, b, c, d] = names.map(name => pathInfo(name));
  assert.ok(a && b && c && d);
  const closure = [signedBy(a, trusted), signedBy(b, stranger), c, { ...d, ultimate: true }];
  const offered = cache("http://a", signedBy(a, stranger, trusted), c);
  const { paths, caches, bytes, trustedKeys, ...counts } = signatureReport(closure, [offered], keys, at);
  assert.equal(
    bytes,
    [a, b, c, d].reduce((sum, { narSize }) => sum + narSize, 0),
  );
  assert.deepEqual(trustedKeys, ["trusted-1"]);
  assert.deepEqual(counts, {
    at,
    total: 4,
    trusted: 1,
    untrusted: 1,
    invalid: 0,
    unsigned: 1,
    missing: 0,
    contentAddressed: 0,
    builtHere: 1,
    differs: 0,
    unreachable: 0,
  });
  assert.deepEqual(
    paths.map(({ path }) => path),
    closure.map(({ path }) => path),
  );
  assert.deepEqual(caches, [
    {
      url: "http://a",
      reachable: true,
      keys: ["stranger-1", "trusted-1"],
      counts: { trusted: 1, untrusted: 0, invalid: 0, unsigned: 1, missing: 2, contentAddressed: 0, unreachable: 0 },
    },
  ]);
});

test("a cache cannot fill the report with names of keys", () => {
  const names = Array.from({ length: 5000 }, (_, index) => `${"k".repeat(5000)}${index}`);
  const signatures = names.map((name, index) => `${index}${name}:AAAA`);
  const report = signatureReport([plain], [cache("http://a", { ...plain, signatures })], keys, at);
  assert.equal(report.untrusted, 1);
  assert.equal(report.caches[0]?.keys?.length, 100);
  assert.ok(JSON.stringify(report).length < 50_000);
});

const hash = "0".repeat(32);
const narHash = "1".repeat(52);

/** URL of an archive -> whether its cache serves a live store. */
const archives: Record<string, boolean> = {
  [`nar/${hash}-${narHash}.nar`]: true,
  [`nar/${hash}.nar`]: true,
  [`nar/${narHash}.nar?hash=${hash}`]: true,
  [`nar/${narHash}.nar`]: false,
  [`nar/${narHash}.nar.xz`]: false,
  [`https://elsewhere/nar/${hash}.nar`]: false,
};

for (const [archive, isLive] of Object.entries(archives))
  test(`a cache with archives such as ${archive} is ${isLive ? "a live store" : "not known to be a live store"}`, () => {
    const of = (compression: string) => {
      const info = { ...asNarinfo(plain), url: archive, compression };
      const answers = { ...cache("http://a"), infos: new Map([[plain.path, info]]) };
      return signatureReport([plain], [answers], keys, at).caches[0]?.isLive;
    };
    assert.equal(of("none"), isLive || undefined);
    assert.equal(of("xz"), undefined);
  });
