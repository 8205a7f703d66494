import assert from "node:assert/strict";
import http from "node:http";
import net, { type AddressInfo, type Socket } from "node:net";
import { after, describe, it } from "node:test";
import fc from "fast-check";
import { addressOf } from "../../../server/src/net/address.ts";
import { AnswerReader, type PipelinedAnswer } from "../../../server/src/net/answerReader.ts";
import { Connections } from "../../../server/src/net/connections.ts";
import { type PipelinedRequests, pipelined } from "../../../server/src/net/pipeline.ts";

const releases: (() => void)[] = [];
after(() => {
  for (const release of releases) release();
});

async function portOf(server: net.Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => sockets.add(socket.on("error", () => undefined)));
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  releases.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Asks a server for many paths. Returns index -> answer, in the order in which they came. */
async function ask(port: number, count: number, fields: Partial<PipelinedRequests> = {}, env = {}) {
  const target = addressOf(`http://127.0.0.1:${port}`);
  assert.ok(target !== undefined);
  const found = new Map<number, PipelinedAnswer>();
  const requests: PipelinedRequests = {
    method: "GET",
    target: { ...target, headers: {} },
    paths: Array.from({ length: count }, (_, index) => `/${index}`),
    maxBytes: 1000,
    silence: 60_000,
    signal: new AbortController().signal,
    didAnswer: (index, answer) => found.set(index, answer),
    ...fields,
  };
  await pipelined(requests, new Connections({ env }));
  return found;
}

describe("many requests over few connections", () => {
  it("are each given their own answer", async () => {
    const sockets = new Set<unknown>();
    const server = http.createServer((request, response) => {
      sockets.add(request.socket);
      const { url = "", method, headers } = request;
      if (url.endsWith("7")) response.statusCode = 404;
      response.end(method === "HEAD" ? "" : `${url} ${headers.authorization ?? ""}`);
    });
    const port = await portOf(server);
    const target = addressOf(`http://user:hunter2@127.0.0.1:${port}`);
    assert.ok(target !== undefined);
    const login = Buffer.from("user:hunter2").toString("base64");
    const found = await ask(port, 500, { target: { ...target, headers: {} } });
    for (let index = 0; index < 500; index++)
      assert.deepEqual(found.get(index), { status: index % 10 === 7 ? 404 : 200, text: `/${index} Basic ${login}` });
    assert.ok(sockets.size <= 4);
    const heads = await ask(port, 500, { method: "HEAD" });
    assert.deepEqual(
      [heads.size, heads.get(7), heads.get(8)],
      [500, { status: 404, text: "" }, { status: 200, text: "" }],
    );
  });

  it("end at whatever is not plain, and the answers before it count", async () => {
    const unusual: Readonly<Record<string, string>> = {
      "in pieces": "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
      compressed: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx",
      "without a length": "HTTP/1.1 200 OK\r\n\r\nx",
      "with two lengths": "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
      "with a wrong length": "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nxx",
      "too large": "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n",
      "of an old server": "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx",
      preliminary: "HTTP/1.1 100 Continue\r\n\r\n",
      "of another protocol": "SSH-2.0-x\r\n\r\n",
      "an endless header": `HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}`,
      nothing: "",
    };
    for (const [name, answer] of Object.entries(unusual)) {
      const server = net.createServer(socket =>
        socket.once("data", () => socket.write(`HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst${answer}`)),
      );
      const found = await ask(await portOf(server), 3, name === "nothing" ? { silence: 2000 } : {});
      assert.deepEqual([...found], [[0, { status: 200, text: "first" }]], name);
    }
  });

  it("end with the connection, or when they are cancelled", async () => {
    const closing = net.createServer(socket =>
      socket.once("data", () => {
        const last = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
        socket.end(last + last);
      }),
    );
    assert.equal((await ask(await portOf(closing), 3)).size, 1);
    const abort = new AbortController();
    const silent = await portOf(net.createServer(() => abort.abort()));
    assert.equal((await ask(silent, 3, { signal: abort.signal })).size, 0);
    assert.equal((await ask(silent, 3, { signal: abort.signal })).size, 0);
  });

  it("are not sent through a proxy, nor with malformed certificates", async () => {
    const port = await portOf(net.createServer(socket => socket.destroy()));
    assert.equal((await ask(port, 3, {}, { http_proxy: "http://127.0.0.1:1" })).size, 0);
    const target = { url: new URL("https://127.0.0.1:1"), headers: {} };
    const connections = new Connections({ authorities: "nonsense" });
    const requests = { method: "GET", target, paths: ["/"], maxBytes: 1, silence: 100 } as const;
    await pipelined({ ...requests, signal: new AbortController().signal, didAnswer: () => assert.fail() }, connections);
  });
});

it("answers are the same wherever the network divides them", () => {
  const texts = ["", "a", "Grüße", "HTTP/1.1 200 OK\r\n\r\n"];
  const all = Buffer.concat(
    texts.map(text => Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)),
  );
  fc.assert(
    fc.property(fc.array(fc.nat(all.length)), cuts => {
      const reader = new AnswerReader(1000);
      const ends = [...cuts.toSorted((a, b) => a - b), all.length];
      const found = ends.flatMap((end, index) => [...reader.read(all.subarray(ends[index - 1] ?? 0, end))]);
      assert.deepEqual(
        found.map(({ text }) => text),
        texts,
      );
    }),
  );
});

it("any bytes are read without an error", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array()), chunks => {
      const reader = new AnswerReader(10);
      for (const chunk of chunks) for (const { text } of reader.read(Buffer.from(chunk))) assert.ok(text.length <= 10);
    }),
  );
});
