import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { askCache } from "../../../../server/src/signing/caches/ask.ts";
import { checkClosure } from "../../../../server/src/signing/check/check.ts";
import { narinfoName } from "../../../../server/src/signing/narinfo.ts";
import { exited, fakeNix } from "../../../support/fakeNix.ts";
import { cacheAccess } from "../../../support/madeCache.ts";
import { narinfo, newSigner, pathInfo, signedBy } from "../../../support/signer.ts";
import { type SilentCache, startSilentCache } from "../../../support/silentCache.ts";
import { storePath } from "../../../support/streams.ts";

// A check of signatures that is cancelled while a cache does not respond.

const signer = newSigner("cache.example.org-1");
const hello = signedBy(pathInfo("hello"), signer);
const [gone, slow] = [storePath("gone"), storePath("slow")];

const access = cacheAccess();
let silent: SilentCache;
let server: http.Server;
/** Ends when the cache is asked for what it never answers. */
let isAsked: Promise<void>;

before(async () => {
  silent = await startSilentCache();
  let ask: () => void = () => undefined;
  isAsked = new Promise(resolve => (ask = resolve));
  server = http.createServer((request, response) => {
    if (request.url === `/${narinfoName(slow)}`) return ask();
    const answer = { "/nix-cache-info": "x", [`/${narinfoName(hello.path)}`]: narinfo(hello) }[request.url ?? ""];
    response.statusCode = answer === undefined ? 404 : 200;
    response.end(answer);
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
});

after(async () => {
  access.connections.close();
  server.closeAllConnections();
  server.close();
  await silent.stop();
});

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

test("an unresponsive cache is given up immediately", async () => {
  const abort = new AbortController();
  const answers = askCache(silent.url, [hello.path], access, abort.signal);
  await silent.asked;
  abort.abort();
  const { state, infos, failed } = await answers;
  assert.deepEqual([state.reachable, state.problem?.code], [false, "not-checked"]);
  assert.match(state.problem?.message ?? "", /cancelled/);
  assert.deepEqual([infos.size, failed.size], [0, 0]);
});

test("a cache that stops answering is not waited for, and what it left open is not checked", async () => {
  const abort = new AbortController();
  const answers = askCache(url(), [hello.path, gone, slow], access, abort.signal);
  await isAsked;
  abort.abort();
  const { state, infos, failed } = await answers;
  assert.deepEqual([state.reachable, state.problem?.code], [true, "not-checked"]);
  assert.ok(failed.has(slow));
  // Of the others the answer had come, or not yet.
  assert.notEqual(infos.has(hello.path), failed.has(hello.path));
});

test("a cache that has answered everything is whole, whatever is cancelled afterwards", async () => {
  const abort = new AbortController();
  const { state, infos, failed } = await askCache(url(), [hello.path, gone], access, abort.signal);
  abort.abort();
  assert.deepEqual([state.reachable, state.problem], [true, undefined]);
  assert.deepEqual([[...infos.keys()], [...failed.keys()]], [[hello.path], []]);
});

test("a check that is cancelled before it starts queries no cache, and reports what the store knows", async () => {
  const abort = new AbortController();
  abort.abort();
  const paths = [
    { path: hello.path, narHash: hello.narHash, narSize: hello.narSize, references: [], signatures: hello.signatures },
    { path: gone, narHash: hello.narHash, narSize: 5, references: [], ultimate: true },
    { path: slow, narHash: hello.narHash, narSize: 5, references: [] },
  ];
  const nix = fakeNix(() => exited(0, JSON.stringify(paths)));
  const trust = { substituters: [silent.url, "file:///nowhere"], trustedPublicKeys: [signer.publicKey] };
  const report = await checkClosure(nix, hello.path, trust, { askUntil: abort.signal });
  assert.ok("value" in report);
  const { total, trusted, unreachable, bytes, caches } = report.value;
  assert.deepEqual([total, trusted, unreachable], [3, 1, 2]);
  assert.equal(bytes, hello.narSize + 10);
  assert.deepEqual(
    caches.map(({ reachable, problem }) => [reachable, problem?.code]),
    [
      [false, "not-checked"],
      [false, "not-checked"],
    ],
  );
});
