import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  CacheState,
  PathOffer,
  PathSignature,
  SignatureReport,
  SignatureStatus,
} from "../../../../server/src/protocol.ts";
import { signatureAdvice } from "../../../../server/src/signing/advice/advice.ts";
import { storePath } from "../../../support/streams.ts";

const id = "0lvxa2c00-0000000a";
const url = "http://cache.home";

/** A path with the answer of one cache. */
function path(name: string, status: SignatureStatus, offer: Partial<PathOffer> = {}): PathSignature {
  const said = status === "differs" ? "trusted" : status === "builtHere" ? "missing" : status;
  const { narMissing } = offer;
  return {
    path: storePath(name),
    status,
    ...(narMissing && { narMissing }),
    offers: [{ cache: url, status: said, ...offer }],
  };
}

function report(paths: readonly PathSignature[], cache: Partial<CacheState> = {}, more: Partial<SignatureReport> = {}) {
  const count = (status: SignatureStatus) => paths.filter(each => each.status === status).length;
  const full: SignatureReport = {
    total: paths.length,
    trusted: count("trusted"),
    untrusted: count("untrusted"),
    invalid: count("invalid"),
    unsigned: count("unsigned"),
    missing: count("missing"),
    contentAddressed: count("contentAddressed"),
    builtHere: count("builtHere"),
    differs: count("differs"),
    unreachable: count("unreachable"),
    trustedKeys: ["cache.home-1", "cache.nixos.org-1"],
    caches: [{ url, reachable: true, kind: "http", ...cache }],
    paths,
    ...more,
  };
  return full;
}

/** `code × count: titles of the fixes` */
function advice(given: SignatureReport): string[] {
  return signatureAdvice(id, given).map(
    ({ count, problem: { code, fixes = [] } }) => `${code} × ${count}: ${fixes.map(({ title }) => title).join(", ")}`,
  );
}

const server = "Copy Option: secretKeyFile, Copy Command: Create the Key, Copy Option: nginx in Front";

const cases: Record<string, [report: SignatureReport, advice: string[]]> = {
  "all is signed": [report([path("a", "trusted"), path("b", "contentAddressed")]), []],
  "a key that is not trusted": [
    report([path("a", "untrusted", { key: "attic-1" }), path("b", "untrusted", { key: "attic-1" })]),
    ["key-not-trusted × 2: Trust Key attic-1..."],
  ],
  "two keys that are not trusted": [
    report([
      path("a", "untrusted", { key: "a-1" }),
      path("b", "untrusted", { key: "b-1" }),
      path("c", "untrusted", { key: "b-1" }),
    ]),
    ["key-not-trusted × 2: Trust Key b-1...", "key-not-trusted × 1: Trust Key a-1..."],
  ],
  "a cache whose address says that it is trusted": [
    report([path("a", "untrusted", { key: "attic-1" }), path("b", "unsigned")], { needsNoSignature: "address" }),
    ["signature-not-required × 1: ", "signature-not-required × 1: "],
  ],
  "Nix that requires no signatures": [
    report([path("a", "unsigned"), path("b", "invalid", { key: "cache.home-1" })], {
      needsNoSignature: "require-sigs",
    }),
    ["signature-invalid × 1: Check Again, Push to This Cache...", "signature-not-required × 1: "],
  ],
  "a key whose name differs from the trusted one": [
    report([path("a", "untrusted", { key: "Cache.home-2" })]),
    ["key-name-differs × 1: Trust Key Cache.home-2..."],
  ],
  "one changed path": [
    report([path("a", "invalid", { key: "cache.home-1" }), path("b", "trusted", { key: "cache.home-1" })]),
    ["signature-invalid × 1: Check Again, Push to This Cache..."],
  ],
  "no signature of a key fits: it was replaced": [
    report(["a", "b", "c"].map(name => path(name, "invalid", { key: "cache.home-1" }))),
    ["key-replaced × 3: Trust Key cache.home-1..., Copy Command: Forget Old Signatures, Check Again"],
  ],
  "a narinfo that Nix refuses": [
    report([path("a", "invalid", { why: "NAR info file is corrupt" })]),
    ["narinfo-refused × 1: Check Again, Push to This Cache..."],
  ],
  "not signed, behind a web server": [
    report([path("a", "unsigned")]),
    [`not-signed × 1: Sign with a Key File..., Push to This Cache..., ${server}`],
  ],
  "not signed, by nix-serve: signing a path does not help": [
    report([path("a", "unsigned")], { isLive: true }),
    [`not-signed × 1: ${server}, Push to This Cache...`],
  ],
  "not signed, in a folder": [
    report([path("a", "unsigned", { cache: "file:///srv" })], { url: "file:///srv", kind: "file" }),
    ["not-signed × 1: Sign with a Key File..., Push to This Cache..."],
  ],
  "not signed, in another machine's store": [
    report([path("a", "unsigned", { cache: "ssh-ng://pi" })], { url: "ssh-ng://pi", kind: "nix" }),
    ["not-signed × 1: Sign with a Key File..."],
  ],
  "other content than the signed one": [
    report([path("a", "differs")]),
    ["content-differs × 1: Copy Command: Replace with the Cache's"],
  ],
  "an archive is missing": [
    report([path("a", "trusted", { narMissing: true })]),
    ["archive-missing × 1: Push to This Cache..."],
  ],
  "only here": [report([path("a", "builtHere"), path("b", "missing")]), ["only-here × 2: Push to This Cache..."]],
  "unsigned in one cache, but signed in another: nothing to do": [
    report([
      {
        path: storePath("a"),
        status: "trusted",
        offers: [
          { cache: url, status: "unsigned" },
          { cache: "http://other", status: "trusted", key: "cache.home-1" },
        ],
      },
    ]),
    [],
  ],
  "a report of an older version, with the deciding answer": [
    report(
      [{ path: storePath("a"), status: "untrusted", key: "attic-1", cache: url }],
      { kind: undefined },
      { trustedKeys: undefined },
    ),
    ["key-not-trusted × 1: Trust Key attic-1..."],
  ],
};

for (const [name, [given, expected]] of Object.entries(cases))
  test(`what to do: ${name}`, () => assert.deepEqual(advice(given), expected));

/** Why a cache did not answer -> what the advice names. */
const reasons: Record<string, RegExp> = {
  "getaddrinfo ENOTFOUND cache.home": /DNS.*VPN/,
  "connect ECONNREFUSED 127.0.0.1:9": /nothing listens/,
  "certificate has expired": /clock.*renew/,
  "certificate is not yet valid": /clock/,
  "self-signed certificate in certificate chain": /ssl-cert-file/,
  "unable to verify the first certificate": /ssl-cert-file/,
  "Hostname/IP does not match certificate's altnames": /another name/,
  "HTTP 407": /https_proxy/,
  "HTTP 401": /netrc-file/,
  "HTTP 503": /server itself/,
  "no answer within 15000 ms": /firewall/,
};

for (const [why, expected] of Object.entries(reasons))
  test(`a cache that does not answer: ${why}`, () => {
    const problem = {
      code: "cache-unreachable",
      severity: "error",
      message: `${url} does not respond.`,
      detail: why,
    } as const;
    const [found] = signatureAdvice(id, report([path("a", "unreachable")], { reachable: false, problem }));
    assert.match(found?.problem.message ?? "", expected);
    assert.deepEqual(
      found?.problem.fixes?.map(({ title }) => title),
      ["Check Again"],
    );
  });

test("a cache that requires a login has the line for netrc, without a password", () => {
  const problem = { code: "cache-login", severity: "error", message: "It requires a login." } as const;
  const [found] = signatureAdvice(id, report([], { reachable: false, problem }));
  const [line] = found?.problem.fixes ?? [];
  assert.equal(line?.arguments?.[0].text, "machine cache.home login USER password PASSWORD");
});

test("what is in the address of a cache does not become a command", () => {
  const evil = "http://$(reboot)/";
  const found = signatureAdvice(id, report([path("a", "unsigned", { cache: evil })], { url: evil }));
  const texts = found.flatMap(({ problem: { fixes = [] } }) => fixes.map(fix => fix.arguments?.[0].text ?? ""));
  assert.ok(texts.length > 3);
  assert.equal(texts.join("").includes("$(reboot"), false);
});
