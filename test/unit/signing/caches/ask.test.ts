import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { after, afterEach, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { Connections } from "../../../../server/src/net/connections.ts";
import { askCache } from "../../../../server/src/signing/caches/ask.ts";
import { narinfoName } from "../../../../server/src/signing/narinfo.ts";
import {
  cacheAccess,
  type MadeAnswer,
  type MadeCache,
  madeCacheInfo,
  startMadeCache,
} from "../../../support/madeCache.ts";
import { narinfo, newSigner, pathInfo, signedBy } from "../../../support/signer.ts";
import { storePath } from "../../../support/streams.ts";
import { removeTree, tempFolder } from "../../../support/temp.ts";

const signer = newSigner("cache.example.org-1");
const hello = signedBy(pathInfo("hello", { references: [storePath("glibc")] }), signer);
const file = narinfoName(hello.path);
const archive = /^URL: (.*)$/m.exec(narinfo(hello))?.[1] ?? "";

let cache: MadeCache;
const connections = new Connections();
const access = cacheAccess({ connections });
const folder = tempFolder("cache");

before(async () => {
  cache = await startMadeCache();
});
afterEach(() => {
  cache.files.clear();
  cache.files.set("nix-cache-info", madeCacheInfo);
  cache.requests.length = 0;
});
after(async () => {
  connections.close();
  cache.stop();
  await removeTree(folder);
});

function serve(files: Readonly<Record<string, MadeAnswer>>): void {
  for (const [name, answer] of Object.entries(files)) cache.files.set(name, answer);
}

/** How a path's answer counts. */
type State = "found" | "missing" | "failed" | "refused";

/** narinfo of hello -> the result, and how often it was asked for. */
const paths: Readonly<Record<string, readonly [answer: MadeAnswer, state: State, times: number]>> = {
  "it is there": [narinfo(hello), "found", 1],
  "it is not (404)": [404, "missing", 1],
  "it is gone (410)": [410, "missing", 1],
  "it is not, in a bucket that may not be listed (403)": [403, "missing", 1],
  "the server fails (500)": [500, "failed", 3],
  "the server does not know how (501)": [501, "failed", 1],
  "the server wants a login (401)": [401, "failed", 1],
  // Once more, because the first connection had been used before.
  "the server hangs up": ["hang up", "failed", 4],
  "it speaks of another path": [narinfo(pathInfo("glibc")), "refused", 1],
  "it is no narinfo": ["<html></html>", "refused", 1],
};

for (const [name, [answer, state, times]] of Object.entries(paths))
  test(`a path in a cache: ${name}`, async () => {
    serve({ [file]: answer, [archive]: "nar" });
    const answers = await askCache(cache.url, [hello.path], access);
    const { url, kind, reachable } = answers.state;
    assert.deepEqual([url, kind, reachable], [cache.url, "http", true]);
    const states = { found: answers.infos, failed: answers.failed, refused: answers.refused };
    for (const [each, found] of Object.entries(states))
      assert.deepEqual([...found.keys()], each === state ? [hello.path] : [], each);
    assert.equal(cache.requests.filter(request => request === `GET ${file}`).length, times);
  });

test("a failure that passes is retried", async () => {
  let count = 0;
  const passing: MadeAnswer = (_, response) => {
    count++;
    if (count === 1) response.writeHead(429, { "retry-after": "0" });
    if (count === 2) response.writeHead(503);
    response.end(narinfo(hello));
  };
  serve({ [file]: passing, [archive]: "nar" });
  const { infos, failed } = await askCache(cache.url, [hello.path], access);
  assert.deepEqual([infos.size, failed.size, count], [1, 0, 3]);
});

test("a cache says what it is", async () => {
  const { state } = await askCache(`${cache.url}/?priority=10`, [], access);
  assert.deepEqual(state, {
    url: `${cache.url}/?priority=10`,
    kind: "http",
    reachable: true,
    storeDir: "/nix/store",
    priority: 10,
    wantMassQuery: true,
  });
});

/** nix-cache-info -> the problem's code, and what it says. */
const caches: Readonly<Record<string, readonly [answer: MadeAnswer, code: string, text: RegExp]>> = {
  "hangs up": ["hang up", "cache-unreachable", /hang up|ECONNRESET|socket/],
  fails: [500, "cache-unreachable", /HTTP 500/],
  "is no cache": [404, "cache-unreachable", /is not a binary cache/],
  "wants a login": [401, "cache-login", /requires a login/],
  "is for another store directory": ["StoreDir: /other/store\n", "cache-store-dir", /\/other\/store.*\/nix\/store/],
};

for (const [name, [answer, code, text]] of Object.entries(caches))
  test(`a cache that ${name} is not asked for paths, and says why`, async () => {
    serve({ "nix-cache-info": answer, [file]: narinfo(hello) });
    const { state, infos, failed } = await askCache(cache.url, [hello.path], access);
    assert.deepEqual([state.reachable, state.problem?.code], [false, code]);
    assert.match(`${state.problem?.message} ${state.problem?.detail}`, text);
    assert.deepEqual([infos.size, failed.size], [0, 0]);
    assert.ok(cache.requests.every(request => request === "GET nix-cache-info"));
  });

test("a server that is not there is unreachable", async () => {
  const gone = http.createServer().listen(0, "127.0.0.1");
  await new Promise(resolve => gone.once("listening", resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise(resolve => gone.close(resolve));
  const { state } = await askCache(`http://127.0.0.1:${port}`, [hello.path], access);
  assert.equal(state.problem?.code, "cache-unreachable");
  assert.match(state.problem?.detail ?? "", /ECONNREFUSED/);
});

test("an archive that is not there is said beside the narinfo, and one that is packed on request is not asked for", async () => {
  const live = pathInfo("live");
  const packed = narinfo(live)
    .replace(/^URL: .*$/m, `URL: nar/${narinfoName(live.path).slice(0, 32)}.nar`)
    .replace(/^Compression: .*$/m, "Compression: none");
  serve({ [file]: narinfo(hello), [narinfoName(live.path)]: packed });
  const missing = await askCache(cache.url, [hello.path, live.path], access);
  assert.deepEqual([...missing.infos.keys()].toSorted(), [hello.path, live.path].toSorted());
  assert.deepEqual([...missing.narMissing], [hello.path]);
  assert.deepEqual(
    cache.requests.filter(request => request.startsWith("HEAD")),
    [`HEAD ${archive}`],
  );
  serve({ [archive]: "nar" });
  assert.equal((await askCache(cache.url, [hello.path], access)).narMissing.size, 0);
  // A server that does not answer such questions says nothing about it.
  serve({ [archive]: 405 });
  assert.equal((await askCache(cache.url, [hello.path], access)).narMissing.size, 0);
});

test("a login in the URL is sent, and shown nowhere", async () => {
  const login = `Basic ${Buffer.from("reader:s3cret").toString("base64")}`;
  const closed =
    (text: string): MadeAnswer =>
    (request, response) =>
      request.headers.authorization === login ? response.end(text) : response.writeHead(401).end();
  serve({ "nix-cache-info": closed(madeCacheInfo), [file]: closed(narinfo(hello)), [archive]: closed("nar") });
  const url = cache.url.replace("//", "//reader:s3cret@");
  const known = await askCache(url, [hello.path], access);
  assert.deepEqual([known.state.reachable, known.infos.size, known.narMissing.size], [true, 1, 0]);
  const wrong = await askCache(url.replace("s3cret", "wr0ng"), [hello.path], access);
  assert.equal(wrong.state.problem?.code, "cache-login");
  serve({ "nix-cache-info": "hang up" });
  const gone = await askCache(url, [hello.path], access);
  assert.doesNotMatch(JSON.stringify([known.state, wrong.state, gone.state]), /s3cret|wr0ng|reader/);
});

test("a user of ssh is shown, a password is not", async () => {
  for (const [url, shown] of [
    ["ssh-ng://nix@builder?ssh-key=/k", "ssh-ng://nix@builder?ssh-key=***"],
    ["ssh://nix:s3cret@builder", "ssh://***@builder"],
    ["s3://bucket?secret-key=/k&region=eu", "s3://bucket?secret-key=***&region=eu"],
  ] as const)
    assert.equal((await askCache(url, [hello.path], access)).state.url, shown);
});

test("paths that a cache does not have cost it no connection each", async () => {
  const closure = Array.from({ length: 300 }, (_, index) => storePath(`path-${index}`));
  const { infos, failed } = await askCache(cache.url, closure, access);
  assert.deepEqual([infos.size, failed.size], [0, 0]);
  assert.ok(cache.mostOpen() <= 32, `${cache.mostOpen()} connections at once`);
});

test("a cache in a folder is read from there", async () => {
  const url = pathToFileURL(folder).toString();
  assert.match((await askCache(url, [hello.path], access)).state.problem?.message ?? "", /is not a binary cache/);
  fs.writeFileSync(path.join(folder, "nix-cache-info"), madeCacheInfo);
  assert.equal((await askCache(url, [hello.path], access)).infos.size, 0);
  fs.writeFileSync(path.join(folder, file), narinfo(hello));
  fs.mkdirSync(path.join(folder, narinfoName(storePath("folder"))));
  const answers = await askCache(`${url}?trusted=1`, ["hello", "glibc", "folder"].map(storePath), access);
  assert.deepEqual([answers.state.reachable, answers.state.kind], [true, "file"]);
  assert.deepEqual([...answers.infos.keys()], [hello.path]);
  assert.deepEqual([...answers.failed.keys()], [storePath("folder")]);
  assert.deepEqual([...answers.narMissing], [hello.path]);
  fs.mkdirSync(path.join(folder, "nar"));
  fs.writeFileSync(path.join(folder, archive), "nar");
  assert.equal((await askCache(url, [hello.path], access)).narMissing.size, 0);
});

/** URL -> why nothing can be looked up there. */
const hopeless: Readonly<Record<string, string>> = {
  "": "cache-unsupported",
  nonsense: "cache-unsupported",
  "file://host/share": "cache-unsupported",
  "ssh://-oProxyCommand=x/": "cache-unsupported",
  "ssh-ng://user@-oProxyCommand=x": "cache-unsupported",
  "http://": "cache-unreachable",
  "s3://bucket": "cache-unreachable",
};

for (const [url, code] of Object.entries(hopeless))
  test(`a cache of which nothing can be looked up is a state: '${url}'`, async () => {
    const { state, infos } = await askCache(url, [hello.path], access);
    assert.deepEqual([state.url, state.reachable, state.problem?.code], [url, false, code]);
    assert.equal(infos.size, 0);
  });
