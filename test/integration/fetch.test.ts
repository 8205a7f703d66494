import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import type { CodeLens } from "vscode-languageserver-types";
import type { BuildSummary } from "../../server/src/protocol.ts";
import { type Cache, startCache } from "../support/cache.ts";
import { type Lab, startLab } from "../support/lab.ts";
import type { LspClient } from "../support/lspClient.ts";
import { startNixDaemon } from "../support/nixDaemon.ts";
import { removeTree } from "../support/temp.ts";
import { buildToEnd, copyNetwork, trustedClient, type Workspace } from "../support/workspace.ts";

// A laptop that can neither build nor emulate aarch64 fetches what a build machine has built and signed.

let lab: Lab;
let cache: Cache;
let home: Workspace;
let client: LspClient;
/** What eiffel evaluates to. */
let [drvPath, outPath] = ["", ""];

/** The settings of the laptop. */
const laptop = (trustedPublicKeys: readonly string[], substituters: readonly string[] = [cache.url]) =>
  lab.setConf({ substituters, trustedPublicKeys, lines: ["download-attempts = 1"] });

before(async () => {
  lab = await startLab({ extraPlatforms: ["aarch64-linux"] });
  cache = await startCache(lab);
  home = copyNetwork(lab, "home");
  const machine = await trustedClient(lab, home);
  const built = await buildToEnd(machine, home, "eiffel");
  assert.equal(built.state, "succeeded", JSON.stringify(built.failure));
  [drvPath, outPath] = [built.drvPath ?? "", built.outPath ?? ""];
  await machine.stop();
  await cache.push([outPath]);
  await becomeAnotherMachine();
  laptop([cache.publicKey]);
  client = await trustedClient(lab, home, { commands: ["morph.fetchFromCache"] });
});

after(async () => {
  await client.stop();
  await lab.stop();
});

/** The same store directory without anything in it, no memory of caches, and no records. */
async function becomeAnotherMachine(): Promise<void> {
  for (const name of ["store", "var", "home"]) await removeTree(path.join(lab.dir, name));
  for (const name of ["store", "home"]) mkdirSync(path.join(lab.dir, name), { mode: 0o755 });
}

const fetch = (machine = "eiffel") => buildToEnd(client, home, machine, { fromCache: true });

/** Argument and tooltip of each lens that offers to fetch a machine. */
async function fetchLenses() {
  const textDocument = { uri: home.uri };
  const lenses = await client.connection.sendRequest<readonly CodeLens[]>("textDocument/codeLens", { textDocument });
  const resolved = await Promise.all(
    lenses.map(lens => client.connection.sendRequest<CodeLens>("codeLens/resolve", lens)),
  );
  return resolved
    .filter(({ command }) => command?.command === "morph.fetchFromCache")
    .map(({ command }) => [command?.arguments?.[0], command?.tooltip]);
}

const fixesOf = ({ failure }: BuildSummary) => failure?.fixes?.map(({ command }) => command);

/** The narinfo of a path in the cache. */
function narinfoOf(name: string): string {
  const files = readdirSync(cache.folder).filter(each => each.endsWith(".narinfo"));
  const found = files.find(each => readFileSync(path.join(cache.folder, each), "utf8").includes(`-${name}`));
  assert.ok(found, name);
  return path.join(cache.folder, found);
}

test("no builder can build eiffel here: an ordinary build is refused, and planning it leaves no trace in Nix's memory of caches", async () => {
  const refused = await buildToEnd(client, home, "eiffel");
  assert.equal(refused.failure?.code, "no-builder");
  assert.ok(cache.requests().some(line => line.endsWith(".narinfo 200")));
  const folder = path.join(lab.env.XDG_CACHE_HOME, "nix");
  const memory = existsSync(folder) ? readdirSync(folder).filter(name => name.startsWith("binary-cache")) : [];
  assert.deepEqual(memory, []);
});

test("the plan says from which cache each path comes and who signed it, and the lens offers to fetch it", async () => {
  const evaluation = await client.request("morph/evaluate", { uri: home.uri, machine: "eiffel" });
  const { build, fetch: fetched, sources } = evaluation.plan;
  assert.equal(sources?.build, build.length);
  assert.deepEqual(sources?.fetch, [{ cache: cache.url, key: cache.key.name, paths: fetched.length }]);
  assert.deepEqual([sources?.refused, sources?.unknown], [[], 0]);
  assert.deepEqual(sources?.output, { cache: cache.url, key: cache.key.name });
  assert.deepEqual(await fetchLenses(), [
    [{ uri: home.uri, machine: "eiffel" }, `${cache.url}, signed by ${cache.key.name}`],
  ]);
});

test("a plan does not count on what no trusted key has signed", async () => {
  laptop([]);
  const evaluation = await client.request("morph/evaluate", { uri: home.uri, machine: "eiffel" });
  const { build, fetch: promised, sources } = evaluation.plan;
  assert.ok(promised.length > 0);
  assert.equal(sources?.output, undefined);
  assert.deepEqual(sources?.fetch, []);
  assert.ok((sources?.build ?? 0) > build.length);
  assert.deepEqual(await fetchLenses(), []);
  assert.deepEqual(
    sources?.refused.map(({ cache: url, status, key }) => [url, status, key]),
    [[cache.url, "untrusted", cache.key.name]],
  );
});

test("what no trusted key has signed is not fetched, and the failure names the cache", async () => {
  laptop([]);
  const failed = await fetch();
  assert.equal(failed.failure?.code, "untrusted-signature", JSON.stringify(failed.failure));
  assert.ok(failed.failure?.message.includes(cache.url), failed.failure?.message);
  assert.deepEqual(fixesOf(failed), ["morph.buildMachine"]);
  assert.ok(!existsSync(outPath));
});

test("what is in no cache is not fetched, and is found as soon as it is there", async () => {
  laptop([cache.publicKey]);
  const narinfo = path.join(cache.folder, `${path.basename(outPath).slice(0, 32)}.narinfo`);
  renameSync(narinfo, `${narinfo}.hidden`);
  const failed = await fetch();
  assert.equal(failed.failure?.code, "not-in-cache", JSON.stringify(failed.failure));
  assert.match(failed.failure?.message ?? "", /eiffel was not fetched/);
  renameSync(`${narinfo}.hidden`, narinfo);
  const reference = narinfoOf("linux-");
  renameSync(reference, `${reference}.hidden`);
  const partial = await fetch();
  assert.equal(partial.failure?.code, "not-in-cache", JSON.stringify(partial.failure));
  renameSync(`${reference}.hidden`, reference);
});

test("eiffel is fetched and kept, and building its derivation then builds nothing", async () => {
  laptop([cache.publicKey]);
  const fetched = await fetch();
  assert.equal(fetched.state, "succeeded", JSON.stringify(fetched.failure));
  assert.equal(fetched.outPath, outPath);
  assert.equal(fetched.drvPath, drvPath);
  assert.equal(fetched.fromCache, true);
  assert.deepEqual(fetched.progress, { done: 0, running: 0, failed: 0, expected: 0 });
  // The rest was fetched before a reference was found missing.
  assert.ok(fetched.transfers.done >= 2, String(fetched.transfers.done));
  assert.equal(fetched.signatures?.trusted, fetched.signatures?.total);
  const { routes = [] } = await client.request("morph/signatures", { id: fetched.id });
  assert.deepEqual(
    routes.map(({ route, used, verdict }) => [route, used, verdict]),
    [
      // Morph logs in as root.
      ["push", true, "accepted"],
      ["substitute", undefined, "accepted"],
      // The machine trusts no keys.
      ["copy", undefined, "refused"],
      ["fetch", undefined, "accepted"],
    ],
  );
  const details = await client.request("morph/buildDetails", { id: fetched.id });
  assert.deepEqual(details.derivations, []);
  assert.ok(details.transferStates.every(({ from }) => from === cache.url));

  // As `morph deploy` does, after the garbage collector has run.
  await lab.nix("nix-store", ["--gc"]);
  const realised = await lab.nix("nix-store", ["--realise", drvPath]);
  assert.equal(realised.code, 0, realised.stderr);
  assert.doesNotMatch(realised.stderr, /building|will be built|copying/);
  const evaluation = await client.request("morph/evaluate", { uri: home.uri, machine: "eiffel" });
  assert.deepEqual([evaluation.plan.build, evaluation.plan.fetch], [[], []]);
  assert.deepEqual(await fetchLenses(), []);
});

test("a cache that is down is named", async () => {
  laptop([cache.publicKey], ["http://127.0.0.1:9"]);
  const failed = await fetch("web01");
  assert.equal(failed.failure?.code, "download-failed", JSON.stringify(failed.failure));
  assert.match(failed.failure?.message ?? "", /127\.0\.0\.1:9/);
  assert.deepEqual(fixesOf(failed), ["morph.retryBuild"]);
});

test("with a daemon, the plan says how long Nix remembers what no cache has", async () => {
  laptop([cache.publicKey]);
  const daemon = await startNixDaemon(lab);
  const other = await trustedClient(lab, home, { env: daemon.env });
  const { plan } = await other.request("morph/evaluate", { uri: home.uri, machine: "web01" });
  assert.ok(plan.build.length > 0);
  assert.equal(plan.missesRememberedFor, 3600);
  await other.stop();
  await daemon.stop();
  const { plan: own } = await client.request("morph/evaluate", { uri: home.uri, machine: "web01" });
  assert.equal(own.missesRememberedFor, undefined);
});
