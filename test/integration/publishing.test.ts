import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { CancellationTokenSource } from "vscode-languageserver/node";
import type { BuildSummary, SignatureAdvice } from "../../server/src/protocol.ts";
import { startBuilder } from "../support/builder.ts";
import { type Cache, startCache } from "../support/cache.ts";
import { type Lab, startLab } from "../support/lab.ts";
import type { LspClient } from "../support/lspClient.ts";
import { startNixServe } from "../support/nixServe.ts";
import { refusal } from "../support/refusal.ts";
import { startSilentCache } from "../support/silentCache.ts";
import { buildToEnd, copyNetwork, trustedClient, type Workspace } from "../support/workspace.ts";

// What the fixes of signatures do: a real Nix trusts, signs and copies.

let lab: Lab;
let cache: Cache;
let home: Workspace;
let client: LspClient;
let build: BuildSummary;

const settings = (substituters: readonly string[], trustedPublicKeys: readonly string[]) => ({
  substituters,
  trustedPublicKeys,
  lines: ["substitute = false", "download-attempts = 1"],
});

before(async () => {
  lab = await startLab();
  cache = await startCache(lab);
  home = copyNetwork(lab, "home");
  lab.setConf(settings([cache.url], [cache.publicKey]));
  client = await trustedClient(lab, home);
  build = await buildToEnd(client, home, "web01");
});

after(async () => {
  await client.stop();
  await lab.stop();
});

/** Checks the signatures again, with the settings of now, and returns what is advised. */
async function checkedAgain(): Promise<readonly SignatureAdvice[]> {
  await client.request("morph/checkSignatures", { id: build.id });
  return client.request("morph/signatureAdvice", { id: build.id });
}

const codes = (advice: readonly SignatureAdvice[]) => advice.map(({ problem }) => problem.code);
const names = (folder: string) => readdirSync(folder).filter(name => name.endsWith(".narinfo"));
const narinfos = (folder: string) => names(folder).map(name => readFileSync(path.join(folder, name), "utf8"));

test("what is only here is pushed to a cache of files, signed with a key file, path by path", async () => {
  assert.deepEqual(codes(await client.request("morph/signatureAdvice", { id: build.id })), ["only-here"]);
  const store = `file://${cache.folder}`;
  const progress = client.next("morph/copyDidProgress", ({ done, expected }) => done === expected);
  await client.request("morph/pushPaths", { id: build.id, store, keyFile: cache.key.secretFile });
  assert.equal((await progress).id, build.id);
  assert.ok(narinfos(cache.folder).length >= 8);
  assert.ok(narinfos(cache.folder).every(text => text.includes(`Sig: ${cache.key.name}:`)));
  assert.deepEqual(codes(await checkedAgain()), []);
});

test("unsigned files of a cache are signed with a key file", async () => {
  const plain = await startCache(lab, { name: "plain-1" });
  await plain.push([build.outPath ?? ""], null);
  lab.setConf(settings([plain.url], [plain.publicKey]));
  assert.deepEqual(codes(await checkedAgain()), ["not-signed"]);
  const store = `file://${plain.folder}`;
  await client.request("morph/signPaths", { id: build.id, store, keyFile: plain.key.secretFile });
  assert.ok(narinfos(plain.folder).every(text => text.includes("Sig: plain-1:")));
  assert.deepEqual(codes(await checkedAgain()), []);
  const missing = await refusal(
    client.request("morph/signPaths", { id: build.id, store, keyFile: path.join(lab.dir, "no-key") }),
  );
  assert.equal(missing.code, "not-signed");
  assert.match(missing.message, /no-key/);
});

test("the key of a cache is trusted if it fits the signatures, and refused if it does not", async () => {
  const other = await cache.newKey("elsewhere-1");
  lab.setConf(settings([cache.url], [other.publicKey]));
  const [advice] = await checkedAgain();
  assert.equal(advice?.problem.code, "key-not-trusted");
  const target = { id: build.id, cache: cache.url };
  assert.deepEqual(advice?.problem.fixes?.[0]?.arguments, [{ ...target, key: cache.key.name }]);
  const { isVerified, fixes } = await client.request("morph/trustKeyFixes", { ...target, publicKey: cache.publicKey });
  assert.equal(isVerified, true);
  assert.ok(fixes.some(({ action }) => JSON.stringify(action).includes(cache.publicKey)));
  const impostor = `${cache.key.name}:${other.publicKey.split(":")[1]}`;
  const refused = await refusal(client.request("morph/trustKeyFixes", { ...target, publicKey: impostor }));
  assert.equal(refused.code, "key-does-not-fit");
});

test("a server of a live store is told from files: it needs a key, and single signatures do not help", async () => {
  const live = await startNixServe(lab);
  lab.setConf(settings([live.url], [cache.publicKey]));
  const [advice] = await checkedAgain();
  assert.deepEqual(
    advice?.problem.fixes?.map(({ command }) => command),
    ["morph.copySnippet", "morph.copySnippet", "morph.copySnippet", "morph.pushPaths"],
  );
  assert.match(advice?.problem.fixes?.[0]?.arguments?.[0].text, /services\.nix-serve\.secretKeyFile/);
});

test("what is served by a live server is pushed into the store behind it", async () => {
  const { storeUri } = await startBuilder(lab, { name: "attic", systems: ["x86_64-linux"] });
  await client.request("morph/pushPaths", { id: build.id, store: storeUri });
  const args = ["--extra-experimental-features", "nix-command", "path-info", "--store", storeUri, build.outPath ?? ""];
  const { code, stderr } = await lab.nix("nix", args);
  assert.equal(code, 0, stderr);
});

test("a file that is no key is refused, and nothing of it is repeated", async () => {
  const keyFile = path.join(lab.dir, "letter");
  writeFileSync(keyFile, "Dear diary: the password is swordfish.");
  const store = `file://${cache.folder}`;
  for (const method of ["morph/signPaths", "morph/pushPaths"] as const) {
    const problem = await refusal(client.request(method, { id: build.id, store, keyFile }));
    assert.equal(problem.code, "bad-key-file");
    assert.equal(/diary|swordfish/.test(JSON.stringify(problem)), false, JSON.stringify(problem));
  }
});

test("a copy to a cache that never answers can be cancelled", async () => {
  const silent = await startSilentCache();
  const abort = new CancellationTokenSource();
  const params = { id: build.id, store: silent.url };
  const copied = client.connection.sendRequest("morph/pushPaths", params, abort.token);
  await silent.asked;
  abort.cancel();
  assert.equal((await refusal(copied)).code, "cancelled");
  await silent.stop();
});

test("a store that cannot be reached is named, without a login", async () => {
  const store = "http://user:s3cret@127.0.0.1:9";
  const problem = await refusal(client.request("morph/pushPaths", { id: build.id, store }));
  assert.equal(problem.code, "not-pushed");
  assert.equal(JSON.stringify(problem).includes("s3cret"), false);
});
