import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { askCache } from "../../../server/src/signing/cache.ts";
import { checkClosure } from "../../../server/src/signing/check.ts";
import { narinfoName } from "../../../server/src/signing/narinfo.ts";
import { exited, fakeNix } from "../../support/fakeNix.ts";
import { asNarinfo, narinfo, newSigner, pathInfo, signedBy } from "../../support/signer.ts";
import { storePath } from "../../support/streams.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

const signer = newSigner("cache.example.org-1");
const hello = signedBy(pathInfo("hello", { references: [storePath("glibc")] }), signer);

/** How the server answers for a path below its folder: a body, a status, or hanging up. */
type Answer = string | number | "hang up";
const answers: Record<string, Answer> = {};
const long = "No such path. ".repeat(20_000);
let open = 0;
let mostOpen = 0;

const server = http.createServer((request, response) => {
  const answer = answers[request.url ?? ""] ?? 404;
  if (answer === "hang up") return void request.socket.destroy();
  response.statusCode = typeof answer === "number" ? answer : 200;
  response.end(typeof answer === "number" ? long : answer);
});
server.on("connection", socket => {
  open++;
  mostOpen = Math.max(mostOpen, open);
  socket.once("close", () => open--);
});

let base = "";
const folder = tempFolder("cache");

before(async () => {
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

after(async () => {
  server.closeAllConnections();
  server.close();
  await removeTree(folder);
});

/** What a cache answers for hello, when its folder has such files. */
async function ask(name: string, files: Record<string, Answer>) {
  for (const [file, answer] of Object.entries(files)) answers[`/${name}/${file}`] = answer;
  return askCache(`${base}/${name}`, [hello.path]);
}

const info = "StoreDir: /nix/store\nWantMassQuery: 1\n";
const file = narinfoName(hello.path);

/** narinfo of hello -> the result. */
const paths: Record<string, [answer: Answer, state: "found" | "missing" | "failed" | "refused"]> = {
  "it is there": [narinfo(hello), "found"],
  "it is not (404)": [404, "missing"],
  "it is not, in a bucket that may not be listed (403)": [403, "missing"],
  "the server fails (500)": [500, "failed"],
  "the server hangs up": ["hang up", "failed"],
  "it speaks of another path": [narinfo(pathInfo("glibc")), "refused"],
  "it is no narinfo": ["<html></html>", "refused"],
};

for (const [name, [answer, state]] of Object.entries(paths)) {
  test(`a path in a cache: ${name}`, async () => {
    const {
      state: cache,
      infos,
      failed,
      refused,
    } = await ask(encodeURIComponent(name), { "nix-cache-info": info, [file]: answer });
    assert.deepEqual(cache, { url: `${base}/${encodeURIComponent(name)}`, reachable: true });
    assert.deepEqual([...infos.entries()], state === "found" ? [[hello.path, asNarinfo(hello)]] : []);
    assert.deepEqual([...failed.keys()], state === "failed" ? [hello.path] : []);
    assert.deepEqual([...refused.keys()], state === "refused" ? [hello.path] : []);
  });
}

/** nix-cache-info -> the problem's code and what it says. */
const caches: Record<string, [answer: Answer, detail: RegExp]> = {
  "a cache that hangs up": ["hang up", /other side closed|ECONNRESET|socket/],
  "a cache that fails": [500, /HTTP 500/],
};

for (const [name, [answer, detail]] of Object.entries(caches)) {
  test(`${name} is unreachable, which is a state of it`, async () => {
    const { state, infos, failed } = await ask(encodeURIComponent(name), {
      "nix-cache-info": answer,
      [file]: narinfo(hello),
    });
    assert.equal(state.reachable, false);
    assert.equal(state.problem?.code, "cache-unreachable");
    assert.match(state.problem?.detail ?? "", detail);
    assert.deepEqual([infos.size, failed.size], [0, 0]);
  });
}

test("a server that is no cache is not asked for paths", async () => {
  const { state, infos } = await ask("website", { "nix-cache-info": 404, [file]: narinfo(hello) });
  assert.equal(state.reachable, false);
  assert.equal(state.problem?.code, "cache-unreachable");
  assert.match(state.problem?.message ?? "", /is not a binary cache/);
  assert.equal(infos.size, 0);
});

test("a server that is not there is unreachable", async () => {
  const { port } = server.address() as AddressInfo;
  const gone = http.createServer().listen(0, "127.0.0.1");
  await new Promise(resolve => gone.once("listening", resolve));
  const { port: free } = gone.address() as AddressInfo;
  await new Promise(resolve => gone.close(resolve));
  assert.notEqual(free, port);
  const { state } = await askCache(`http://127.0.0.1:${free}`, [hello.path]);
  assert.equal(state.problem?.code, "cache-unreachable");
  assert.match(state.problem?.detail ?? "", /ECONNREFUSED/);
});

test("a URL's parameters and its last slash are not part of a file's name", async () => {
  answers["/parameters/nix-cache-info"] = info;
  answers[`/parameters/${file}`] = narinfo(hello);
  const url = `${base}/parameters/?priority=10`;
  const { state, infos } = await askCache(url, [hello.path]);
  assert.equal(state.url, url);
  assert.ok(infos.has(hello.path));
});

test("paths that a cache does not have cost it no connection each", async () => {
  answers["/large/nix-cache-info"] = info;
  mostOpen = open;
  const closure = Array.from({ length: 300 }, (_, index) => storePath(`path-${index}`));
  const { infos, failed } = await askCache(`${base}/large`, closure);
  assert.deepEqual([infos.size, failed.size], [0, 0]);
  assert.ok(mostOpen <= 40, `${mostOpen} connections at once`);
});

test("a cache in a folder is read from there", async () => {
  const url = pathToFileURL(folder).toString();
  assert.match((await askCache(url, [hello.path])).state.problem?.message ?? "", /is not a binary cache/);
  fs.writeFileSync(path.join(folder, "nix-cache-info"), info);
  assert.equal((await askCache(url, [hello.path])).infos.size, 0);
  fs.writeFileSync(path.join(folder, file), narinfo(hello));
  const { state, infos } = await askCache(`${url}?trusted=1`, [hello.path, storePath("glibc")]);
  assert.equal(state.reachable, true);
  assert.deepEqual([...infos.values()], [asNarinfo(hello)]);
});

test("a file that cannot be read is an answer that failed", async () => {
  fs.writeFileSync(path.join(folder, "nix-cache-info"), info);
  fs.mkdirSync(path.join(folder, narinfoName(storePath("folder"))));
  const { failed } = await askCache(pathToFileURL(folder).toString(), [storePath("folder")]);
  assert.deepEqual([...failed.keys()], [storePath("folder")]);
});

/** URL -> why nothing can be looked up there. */
const hopeless: Record<string, string> = {
  "s3://bucket": "cache-unsupported",
  "ssh-ng://host": "cache-unsupported",
  daemon: "cache-unsupported",
  "": "cache-unsupported",
  "file://host/share": "cache-unreachable",
  "http://": "cache-unreachable",
};

for (const [url, code] of Object.entries(hopeless)) {
  test(`a cache of which nothing can be looked up is a state: '${url}'`, async () => {
    const { state, infos } = await askCache(url, [hello.path]);
    assert.deepEqual([state.url, state.reachable, state.problem?.code], [url, false, code]);
    assert.equal(infos.size, 0);
  });
}

test("a closure is checked against every substituter, with the keys that are trusted", async () => {
  fs.writeFileSync(path.join(folder, "nix-cache-info"), info);
  fs.writeFileSync(path.join(folder, file), narinfo(hello));
  const asked: string[] = [];
  const closure = [hello, { ...pathInfo("glibc"), ultimate: true }].map(each => ({ ...each, signatures: [] }));
  const trust = {
    substituters: [pathToFileURL(folder).toString(), "s3://bucket"],
    trustedPublicKeys: [signer.publicKey],
  };
  const report = await checkClosure(
    fakeNix(() => exited(0, JSON.stringify(closure)), asked),
    hello.path,
    trust,
  );
  assert.ok("value" in report);
  assert.deepEqual(
    report.value.paths.map(({ status }) => status),
    ["trusted", "unreachable"],
  );
  assert.deepEqual(
    report.value.caches.map(({ reachable }) => reachable),
    [true, false],
  );
  assert.deepEqual(asked, [`nix --extra-experimental-features nix-command path-info --json --recursive ${hello.path}`]);
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
