import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, it } from "node:test";
import { gzipSync } from "node:zlib";
import { Connections } from "../../../server/src/net/connections.ts";
import { type Answer, type OneRequest, type Requested, request } from "../../../server/src/net/request.ts";

const connections = new Connections();
let handler: http.RequestListener = (_, response) => void response.end();
const server = http.createServer((asked, response) => handler(asked, response));
let base = "";

before(async () => {
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => {
  connections.close();
  server.closeAllConnections();
  server.close();
});

function send(more: Partial<OneRequest> = {}, path = "/x"): Promise<Requested> {
  return request(`${base}${path}`, {
    connections,
    method: "GET",
    headers: {},
    firstByte: 30_000,
    timeout: 30_000,
    wish: () => ({ skip: 0, limit: 1000 }),
    ...more,
  });
}

async function answered(more?: Partial<OneRequest>): Promise<Answer> {
  const answer = await send(more);
  assert.ok(answer.kind === "answer", JSON.stringify(answer));
  return answer;
}

it("a body is sent with its length, and head and body of the answer are returned, whatever its status", async () => {
  handler = (asked, response) => {
    const chunks: Buffer[] = [];
    asked.on("data", (chunk: Buffer) => chunks.push(chunk));
    asked.on("end", () => {
      response.writeHead(422, { "set-cookie": ["a=1", "b=2"], "x-kind": "echo" });
      response.end(`${asked.method} ${asked.headers["content-length"]} ${Buffer.concat(chunks)}`);
    });
  };
  const { status, headers, cookies, body } = await answered({ method: "PUT", body: "grüße" });
  assert.deepEqual([status, headers["x-kind"], cookies], [422, "echo", ["a=1", "b=2"]]);
  assert.equal(body.toString(), "PUT 7 grüße");
});

it("a redirect is an answer, and is not followed", async () => {
  let count = 0;
  handler = (_, response) => {
    count++;
    response.writeHead(302, { location: "/elsewhere" }).end();
  };
  const { status, headers } = await answered({ method: "POST", body: "secret" });
  assert.deepEqual([status, headers.location, count], [302, "/elsewhere", 1]);
});

it("only the wanted part of a body is kept, after decompression", async () => {
  const text = Array.from({ length: 100_000 }, (_, index) => `${index}\n`).join("");
  for (const compressed of [false, true]) {
    handler = (_, response) => {
      if (compressed) response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(text));
      else response.end(text);
    };
    const middle = await answered({ wish: () => ({ skip: 200_000, limit: 100 }) });
    assert.deepEqual([middle.body.toString(), middle.isCut], [text.slice(200_000, 200_100), true]);
    const end = await answered({ wish: () => ({ skip: text.length - 10, limit: 100 }) });
    assert.deepEqual([end.body.toString(), end.isCut], [text.slice(-10), false]);
    const behind = await answered({ wish: () => ({ skip: text.length + 10, limit: 100 }) });
    assert.deepEqual([behind.body.length, behind.isCut], [0, false]);
  }
});

it("a body that is not wanted is not read, which the head decides", async () => {
  handler = (_, response) => void response.writeHead(200, { "content-length": 5 }).end("12345");
  const seen: string[] = [];
  const { body } = await answered({
    wish: head => {
      seen.push(`${head.status} ${head.headers["content-length"]}`);
      return undefined;
    },
  });
  assert.deepEqual([body.length, seen], [0, ["200 5"]]);
});

it("a request that is not repeatable is sent once, also over a connection that was closed", async () => {
  let count = 0;
  handler = (asked, response) => {
    count++;
    if (count === 1) response.end("kept open");
    else asked.socket.destroy();
  };
  await answered();
  const lost = await send({ method: "POST", body: "x" });
  assert.ok(lost.kind === "failed" && lost.reason === "unreachable");
  assert.equal(count, 2);
});

it("silence, a body that does not end and a cancellation end a request", async () => {
  handler = () => undefined;
  const silent = await send({ firstByte: 50 });
  assert.ok(silent.kind === "failed" && silent.reason === "timed-out");
  handler = (_, response) => void response.writeHead(200).write("never");
  const endless = await send({ timeout: 100 });
  assert.ok(endless.kind === "failed" && endless.reason === "timed-out");
  const abort = new AbortController();
  handler = () => abort.abort();
  const cancelled = await send({ signal: abort.signal });
  assert.ok(cancelled.kind === "failed" && cancelled.reason === "cancelled");
});

it("only addresses of http and https are asked", async () => {
  for (const address of ["ftp://127.0.0.1/", "not an address", "file:///etc/passwd"]) {
    const answer = await request(address, {
      connections,
      method: "GET",
      headers: {},
      firstByte: 1000,
      timeout: 1000,
      wish: () => undefined,
    });
    assert.equal(answer.kind, "failed", address);
  }
});
