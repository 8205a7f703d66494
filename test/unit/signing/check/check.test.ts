import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, afterEach, before, test } from "node:test";
import type { Trust } from "../../../../server/src/signing/check/access.ts";
import { type CheckOptions, checkClosure } from "../../../../server/src/signing/check/check.ts";
import { narinfoName } from "../../../../server/src/signing/narinfo.ts";
import { exited, fakeNix } from "../../../support/fakeNix.ts";
import { type MadeAnswer, type MadeCache, madeCacheInfo, startMadeCache } from "../../../support/madeCache.ts";
import { narinfo, newSigner, pathInfo, signedBy } from "../../../support/signer.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";

const signer = newSigner("cache.example.org-1");
const hello = signedBy(pathInfo("hello"), signer);
const own = { ...hello, signatures: [] };
const file = narinfoName(hello.path);
const folder = tempFolder("check");
const storageDir = path.join(folder, "storage");

let cache: MadeCache;
let other: MadeCache;

before(async () => {
  [cache, other] = await Promise.all([startMadeCache(), startMadeCache()]);
});
afterEach(() => {
  for (const each of [cache, other]) {
    each.files.clear();
    each.files.set("nix-cache-info", madeCacheInfo);
    each.requests.length = 0;
  }
  fs.rmSync(storageDir, { recursive: true, force: true });
});
after(async () => {
  for (const each of [cache, other]) each.stop();
  await removeTree(folder);
});

async function check(trust: Partial<Trust> = {}, options: CheckOptions = {}, closure = [own]) {
  const nix = fakeNix(line =>
    line.includes("path-info --json --recursive")
      ? exited(0, JSON.stringify(closure))
      : exited(1, "", "error: refused"),
  );
  const all = { substituters: [cache.url], trustedPublicKeys: [signer.publicKey], ...trust };
  const report = await checkClosure(nix, hello.path, all, options);
  assert.ok("value" in report);
  return report.value;
}

test("the report says why Nix here takes paths without a signature", async () => {
  const reasons = async (trust: Partial<Trust>) =>
    (await check(trust)).caches.map(({ needsNoSignature }) => needsNoSignature);
  assert.deepEqual(await reasons({}), [undefined]);
  for (const value of ["1", "true", "yes"])
    assert.deepEqual(await reasons({ substituters: [`${cache.url}?trusted=${value}`] }), ["address"]);
  assert.deepEqual(await reasons({ substituters: [`${cache.url}?trusted=false`] }), [undefined]);
  assert.deepEqual(await reasons({ requiresSignatures: false }), ["require-sigs"]);
});

test("a closure that Nix does not report is a problem", async () => {
  const trust = { substituters: [], trustedPublicKeys: [] };
  for (const end of [exited(1, "[]", "path is not valid"), exited(0, "no JSON")]) {
    const report = await checkClosure(
      fakeNix(() => end),
      hello.path,
      trust,
    );
    assert.equal("problem" in report && report.problem.code, "nix-failed");
  }
});

test("every cache is asked once, in the order of their priorities", async () => {
  other.files.set("nix-cache-info", "StoreDir: /nix/store\nPriority: 10\n");
  for (const each of [cache, other]) each.files.set(file, narinfo(hello));
  const substituters = [cache.url, other.url, `${cache.url}/`, `${cache.url}?priority=5`, "s3://bucket"];
  const report = await check({ substituters });
  assert.deepEqual(
    report.caches.map(({ url, reachable, kind }) => [url, reachable, kind]),
    [
      [other.url, true, "http"],
      [cache.url, true, "http"],
      ["s3://bucket", false, "nix"],
    ],
  );
  assert.deepEqual([report.paths[0]?.status, report.paths[0]?.cache], ["trusted", other.url]);
  assert.equal(cache.requests.filter(request => request === "GET nix-cache-info").length, 1);
});

test("a login in the netrc file is sent to its host, and is read before each check", async () => {
  const login = `Basic ${Buffer.from("reader:s3cret").toString("base64")}`;
  const closed =
    (text: string): MadeAnswer =>
    (request, response) =>
      request.headers.authorization === login ? response.end(text) : response.writeHead(401).end();
  cache.files.set("nix-cache-info", closed(madeCacheInfo));
  cache.files.set(file, closed(narinfo(hello)));
  const netrcFile = path.join(folder, "netrc");
  assert.equal((await check({ netrcFile })).caches[0]?.problem?.code, "cache-login");
  fs.writeFileSync(netrcFile, "machine 127.0.0.1 login reader password s3cret\n");
  const report = await check({ netrcFile });
  assert.equal(report.trusted, 1);
  assert.doesNotMatch(JSON.stringify(report), /s3cret|reader/);
  fs.rmSync(netrcFile);
});

test("what a cache answered a moment ago is not asked again, unless a fresh answer is wanted", async () => {
  cache.files.set(file, narinfo(hello));
  const narinfos = () => cache.requests.filter(request => request !== "GET nix-cache-info").length;
  assert.equal((await check({}, { storageDir })).trusted, 1);
  const first = narinfos();
  assert.equal(first, 2);
  cache.files.set(file, narinfo(pathInfo("hello")));
  assert.equal((await check({}, { storageDir })).trusted, 1);
  assert.equal(narinfos(), first);
  assert.equal((await check({}, { storageDir, isFresh: true })).unsigned, 1);
  assert.equal((await check({}, { storageDir })).unsigned, 1, "the fresh answer is kept");
  assert.equal((await check({ positiveTtl: 0, negativeTtl: 0 }, { storageDir })).unsigned, 1);
  assert.equal(narinfos(), 3 * first, "Nix's own settings can forbid it");
  // A memory that is damaged is none.
  for (const name of fs.readdirSync(path.join(storageDir, "narinfos")))
    fs.writeFileSync(path.join(storageDir, "narinfos", name), "{");
  assert.equal((await check({}, { storageDir })).unsigned, 1);
  assert.equal(narinfos(), 4 * first);
});

test("a cache that is down is not taken for one whose answers are remembered", async () => {
  cache.files.set(file, narinfo(hello));
  await check({}, { storageDir });
  cache.files.set("nix-cache-info", 500);
  const report = await check({}, { storageDir });
  assert.deepEqual([report.unreachable, report.caches[0]?.reachable], [1, false]);
});

test("the certificates of Nix's own file are trusted, and no others", async () => {
  const sslCertFile = path.join(folder, "certificates.pem");
  fs.writeFileSync(sslCertFile, "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");
  const report = await check({ sslCertFile, substituters: [cache.url.replace("http", "https")] });
  assert.equal(report.caches[0]?.problem?.code, "cache-unreachable");
});
