import assert from "node:assert/strict";
import type http from "node:http";
import path from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { narinfoName } from "../../../../server/src/signing/narinfo.ts";
import { type MadeAnswer, type MadeCache, startMadeCache } from "../../../support/madeCache.ts";
import { mustRun } from "../../../support/run.ts";
import { narinfo, newSigner, pathInfo, signedBy } from "../../../support/signer.ts";

// What a cache can do to the process that asks it: the memory of a process of its own is measured.

/** The most that all checks of a process together may occupy besides what the process has anyway (MiB). */
const maxMebibytes = 50;
/** The limits of time are shorter here: those of the product let a first byte take 14 s (ms). */
const timeout = 800;

const signer = newSigner("cache.example.org-1");
const infos = Array.from({ length: 100 }, (_, index) => pathInfo(`path-${index}`));
let cache: MadeCache;

before(async () => {
  cache = await startMadeCache();
});
after(() => cache.stop());

const endless = (response: http.ServerResponse) => {
  const chunk = Buffer.alloc(64 * 1024, "x");
  const more = () => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", more);
  more();
};
const drip = (response: http.ServerResponse) => {
  const timer = setInterval(() => response.write("x"), 100);
  response.once("close", () => clearInterval(timer));
};
const bomb = gzipSync(Buffer.alloc(256 * 1024 * 1024, "x"));
const manySignatures = (count: number) => {
  const [, ...right] = narinfo(signedBy(pathInfo("path-0"), signer))
    .split("\n")
    .toReversed();
  const wrong = Array.from({ length: count }, (_, index) => {
    const bytes = Buffer.alloc(64, index);
    bytes.writeUInt32LE(index);
    return `Sig: ${signer.name}:${bytes.toString("base64")}`;
  });
  return [...right.toReversed(), ...wrong, ""].join("\n");
};

/** What the cache does -> for its description, and for narinfos. */
const attacks: Readonly<
  Record<string, readonly [file: "nix-cache-info" | "narinfo" | "signature", answer: MadeAnswer]>
> = {
  "an endless description": ["nix-cache-info", (_, response) => endless(response)],
  "a description that comes byte by byte": ["nix-cache-info", (_, response) => drip(response)],
  "no description": ["nix-cache-info", () => undefined],
  "a compressed bomb as description": [
    "nix-cache-info",
    (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb),
  ],
  "an endless header": [
    "nix-cache-info",
    (_, response) => {
      response.socket?.write("HTTP/1.1 200 OK\r\nX: ");
      if (response.socket !== null) endless(response.socket as unknown as http.ServerResponse);
    },
  ],
  "endless narinfos": ["narinfo", (_, response) => endless(response)],
  "narinfos that come byte by byte": ["narinfo", (_, response) => drip(response)],
  "silence after its description": ["narinfo", () => undefined],
  "compressed bombs": ["narinfo", (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(bomb)],
  "redirects in a circle, with a cookie": [
    "narinfo",
    (request, response) =>
      response.writeHead(302, { location: request.url ?? "", "set-cookie": `x=${"y".repeat(4000)}` }).end(),
  ],
  "narinfos of 4 MB": ["narinfo", (_, response) => response.end(`X: ${"x".repeat(4_000_000)}\n`)],
  "10,000 signatures": ["signature", (_, response) => response.end(manySignatures(10_000))],
};

interface Cost {
  readonly ms: number;
  readonly mebibytes: number;
  readonly trusted: number;
  readonly why: string;
}

for (const part of ["nix-cache-info", "narinfo", "signature"] as const)
  test(`a cache with a hostile ${part} costs little memory and time, and only what is signed is trusted`, async () => {
    const chosen = Object.entries(attacks).filter(([, [file]]) => file === part);
    const urls = [`${cache.url}/usual`];
    for (const [index, [, [, answer]]] of chosen.entries()) {
      const folder = `${part}-${index}`;
      const files = infos.map(info => narinfoName(info.path));
      const names = { "nix-cache-info": [part], narinfo: files, signature: files.slice(0, 1) }[part];
      cache.files.set(`${folder}/nix-cache-info`, "StoreDir: /nix/store\n");
      for (const name of names) cache.files.set(`${folder}/${name}`, answer);
      urls.push(`${cache.url}/${folder}`);
    }
    const script = path.resolve(import.meta.dirname, "../../../support/askInTurn.ts");
    const env = { ...process.env, MORPH_CACHE_TIMEOUT: String(timeout) };
    const args = [script, signer.publicKey, String(infos.length), ...urls];
    const lines = (await mustRun(process.execPath, args, { env, cwd: import.meta.dirname })).split("\n");
    const costs: readonly Cost[] = lines.slice(1).map(line => JSON.parse(line));
    assert.equal(costs.length, chosen.length);
    for (const [index, { ms, mebibytes, trusted, why }] of costs.entries()) {
      const name = chosen[index]?.[0] ?? "";
      assert.ok(mebibytes < maxMebibytes, `${name}: ${mebibytes} MiB`);
      assert.ok(ms < timeout + 5000, `${name}: ${ms} ms`);
      // One of the many signatures is right.
      assert.equal(trusted, part === "signature" ? 1 : 0, name);
      assert.equal(why !== "", part !== "signature", `${name}: the report says why`);
    }
  });
