import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { type Cache, startCache } from "../support/cache.ts";
import { type Lab, startLab } from "../support/lab.ts";
import { buildToEnd, copyNetwork, trustedClient, type Workspace } from "../support/workspace.ts";

// A real signed binary cache behind a real nginx.

let lab: Lab;
let cache: Cache;
let home: Workspace;
let outPath: string;

/** Nix builds here and does not substitute, so that there is something to check: only signatures are looked up. */
const settings = (trustedPublicKeys: readonly string[], substituters: readonly string[] = [cache.url]) => ({
  substituters,
  trustedPublicKeys,
  // What was in a cache a moment ago is asked again.
  lines: ["substitute = false", "narinfo-cache-positive-ttl = 0", "narinfo-cache-negative-ttl = 0"],
});

before(async () => {
  lab = await startLab();
  cache = await startCache(lab);
  home = copyNetwork(lab, "home");
  const client = await trustedClient(lab, home);
  const built = await buildToEnd(client, home, "web01");
  outPath = built.outPath ?? "";
  await client.stop();
  await cache.push([outPath]);
});

after(() => lab.stop());

/** Builds web01 again, which is complete already, and returns the signing summary and the report. */
async function check() {
  const client = await trustedClient(lab, home);
  const built = await buildToEnd(client, home, "web01");
  assert.equal(built.state, "succeeded");
  const report = await client.request("morph/signatures", { id: built.id });
  await client.stop();
  const { paths, caches, bytes, at, trustedKeys, routes, ...summary } = report;
  assert.ok((routes ?? []).length > 0);
  assert.ok(Math.abs(Date.parse(at ?? "") - Date.now()) < 600_000);
  assert.deepEqual(built.signatures, summary);
  assert.ok(bytes !== undefined && bytes > 1000);
  assert.equal(built.kept.bytes, bytes);
  return { ...report, status: (name: string) => paths.find(({ path: p }) => p.includes(name)) };
}

test("a closure in a cache whose key is trusted is signed, path by path", async () => {
  lab.setConf(settings([cache.publicKey]));
  const report = await check();
  assert.ok(report.total >= 8);
  assert.equal(report.trusted, report.total);
  assert.deepEqual(report.trustedKeys, [cache.key.name]);
  const [state] = report.caches;
  assert.deepEqual([state?.url, state?.reachable, state?.keys], [cache.url, true, [cache.key.name]]);
  assert.equal(state?.counts?.trusted, report.total);
  const offer = { cache: cache.url, status: "trusted", key: cache.key.name };
  assert.deepEqual(report.status("-linux-"), { path: report.status("-linux-")?.path, ...offer, offers: [offer] });
});

test("an untrusted key is named", async () => {
  const other = await cache.newKey("other-1");
  lab.setConf(settings([other.publicKey]));
  const report = await check();
  assert.equal(report.untrusted, report.total);
  assert.equal(report.status("-linux-")?.key, cache.key.name);
});

test("a signature by another key of a trusted name is invalid", async () => {
  const impostor = await cache.newKey("impostor-1");
  lab.setConf(settings([`${cache.key.name}:${impostor.publicKey.split(":")[1]}`]));
  const report = await check();
  assert.equal(report.invalid, report.total);
});

test("a cache with wrong data about a path is detected, and the others stay trusted", async () => {
  lab.setConf(settings([cache.publicKey]));
  const narinfo = readdirSync(cache.folder)
    .filter(name => name.endsWith(".narinfo"))
    .map(name => path.join(cache.folder, name))
    .find(file => /^StorePath: .*-openssh-/m.test(readFileSync(file, "utf8")));
  assert.ok(narinfo);
  const truth = readFileSync(narinfo, "utf8");
  writeFileSync(narinfo, truth.replace(/NarSize: (\d+)/, "NarSize: 1$1"));
  const report = await check();
  writeFileSync(narinfo, truth);
  assert.equal(report.invalid, 1);
  assert.equal(report.status("-openssh-")?.status, "invalid");
  assert.equal(report.trusted, report.total - 1);
});

test("an unsigned copy in the cache is unsigned", async () => {
  const plain = await startCache(lab, { name: "plain" });
  await plain.push([outPath], null);
  lab.setConf(settings([cache.publicKey], [plain.url]));
  const report = await check();
  assert.equal(report.unsigned, report.total);
});

test("a cache that is down is unreachable: paths count as unknown, and the build has succeeded", async () => {
  lab.setConf(settings([cache.publicKey], ["http://127.0.0.1:9"]));
  const report = await check();
  assert.equal(report.unreachable, report.total);
  assert.equal(report.caches[0]?.reachable, false);
  assert.equal(report.caches[0]?.problem?.code, "cache-unreachable");
  assert.match(report.caches[0]?.problem?.message ?? "", /does not respond/);
});

test("the signatures of any store path can be requested", async () => {
  lab.setConf(settings([cache.publicKey]));
  const client = await trustedClient(lab, home);
  const report = await client.request("morph/signatures", { storePath: outPath });
  assert.equal(report.trusted, report.total);
  const missing = outPath.replace(/[^/]*$/, `${"0".repeat(32)}-missing`);
  await assert.rejects(client.request("morph/signatures", { storePath: missing }), { code: -32803 });
  await client.stop();
});
