import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { finalStates } from "../../server/src/protocol.ts";
import { type Cache, startCache } from "../support/cache.ts";
import { type Lab, startLab } from "../support/lab.ts";
import type { LspClient } from "../support/lspClient.ts";
import { type SilentCache, startSilentCache } from "../support/silentCache.ts";
import { until } from "../support/until.ts";
import { buildToEnd, copyNetwork, trustedClient, type Workspace } from "../support/workspace.ts";

// A build is cancelled after Nix has finished, while the signatures are looked up in a cache that never answers.

let lab: Lab;
let home: Workspace;
let cache: Cache;
let silent: SilentCache;
let client: LspClient;
/** Lets a server wait for a cache longer than a test takes, even on a busy machine. */
let patient: NodeJS.ProcessEnv;

before(async () => {
  lab = await startLab();
  patient = { ...lab.env, MORPH_CACHE_TIMEOUT: "600000" };
  home = copyNetwork(lab, "home");
  cache = await startCache(lab);
});

beforeEach(async () => {
  silent = await startSilentCache();
  lab.setConf({
    substituters: [cache.url, silent.url],
    trustedPublicKeys: [cache.publicKey],
    // Every check asks the caches.
    lines: ["substitute = false", "narinfo-cache-positive-ttl = 0", "narinfo-cache-negative-ttl = 0"],
  });
  client = await trustedClient(lab, home, { env: patient });
});

afterEach(async () => {
  await client.stop();
  await silent.stop();
});

after(() => lab.stop());

/** Builds a machine and waits until one cache has answered for all paths, and the cache that never answers has been asked. */
async function buildUntilChecking(): Promise<string> {
  const before = answers();
  const { id } = await client.request("morph/build", { uri: home.uri, machine: "web01" });
  const { outPath = "" } = await client.build(id, ({ state }) => state === "checking");
  const { stdout } = await lab.nix("nix-store", ["--query", "--requisites", outPath]);
  const paths = stdout.trim().split("\n").length;
  await until("the cache has answered", () => (answers() - before >= paths ? true : undefined));
  await silent.asked;
  return id;
}

function answers(): number {
  return cache.requests().filter(line => line.includes(".narinfo ")).length;
}

test("cancelling ends the check immediately: the build has succeeded, and names the caches without an answer", async () => {
  const id = await buildUntilChecking();
  await client.request("morph/cancel", { id });
  const ended = await client.build(id, ({ state }) => finalStates.has(state));
  assert.equal(ended.state, "succeeded");
  assert.equal(ended.failure, undefined);
  assert.equal(ended.progress.done, ended.progress.expected);
  assert.ok(ended.outPath !== undefined && fs.existsSync(ended.outPath));
  assert.ok((ended.kept.bytes ?? 0) > 1000);
  assert.equal(ended.signatures?.unreachable, ended.signatures?.total);
  const { caches } = await client.request("morph/signatures", { id });
  assert.deepEqual(
    caches.map(({ url, reachable }) => [url, reachable]),
    [
      [cache.url, true],
      [silent.url, false],
    ],
  );
  assert.equal(caches[1]?.problem?.code, "not-checked");
  const output = path.join(lab.env.XDG_STATE_HOME ?? "", "morph-language-server", "builds", id, "result");
  assert.equal(fs.realpathSync(output), ended.outPath);
  assert.deepEqual(await client.request("morph/cancel", { id }), null);
});

test("a check that another window cancels ends as well, and a later window finds the same", async () => {
  const id = await buildUntilChecking();
  const other = await trustedClient(lab, home, { env: patient });
  await other.build(id, ({ state }) => state === "checking");
  await other.request("morph/cancel", { id });
  for (const each of [client, other])
    assert.equal((await each.build(id, ({ state }) => finalStates.has(state))).state, "succeeded");
  await other.stop();
  const third = await trustedClient(lab, home);
  const found = (await third.request("morph/builds", {})).find(build => build.id === id);
  assert.deepEqual([found?.state, found?.signatures?.unreachable], ["succeeded", found?.signatures?.total]);
  await third.stop();
});

test("a check whose server was killed after cancelling is not started again", async () => {
  const id = await buildUntilChecking();
  await client.kill();
  const record = path.join(lab.env.XDG_STATE_HOME ?? "", "morph-language-server", "builds", id);
  fs.writeFileSync(path.join(record, "cancel"), "");
  client = await trustedClient(lab, home, { env: patient });
  const ended = await client.build(id, ({ state }) => finalStates.has(state));
  assert.equal(ended.state, "succeeded");
});

test("without cancelling, the check waits until the cache times out, and the build has succeeded", async () => {
  const usual = await trustedClient(lab, home, { env: { ...lab.env, MORPH_CACHE_TIMEOUT: "2000" } });
  const ended = await buildToEnd(usual, home, "web01");
  assert.equal(ended.state, "succeeded");
  const { caches } = await usual.request("morph/signatures", { id: ended.id });
  assert.equal(caches[1]?.problem?.code, "cache-unreachable");
  await usual.stop();
});
