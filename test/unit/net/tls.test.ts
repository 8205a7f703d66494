import assert from "node:assert/strict";
import fs from "node:fs";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import path from "node:path";
import { after, before, it } from "node:test";
import { addressOf } from "../../../server/src/net/address.ts";
import { type ConnectionSettings, Connections } from "../../../server/src/net/connections.ts";
import { type FetchedText, fetchText } from "../../../server/src/net/fetchText.ts";
import { pipelined } from "../../../server/src/net/pipeline.ts";
import { newAuthority } from "../../support/privateCa.ts";
import { type Served, serve } from "../../support/serve.ts";
import { removeTree, tempFolder } from "../../support/temp.ts";

// TLS with an authority that no system knows, directly and through a proxy.

const folder = tempFolder("tls");
const authority = newAuthority(path.join(folder, "known"));
const other = newAuthority(path.join(folder, "other"));
const certificates = (file: string) => fs.readFileSync(file, "utf8");
let served: Served;
let expired: Served;
let proxy: http.Server;
const tunnels: string[] = [];

before(async () => {
  served = await serve(
    ({ url = "" }, response) => void response.writeHead(200, { "content-length": url.length }).end(url),
    { tls: authority },
  );
  const old = newAuthority(path.join(folder, "expired"), { validFor: 0 });
  expired = await serve((_, response) => void response.writeHead(200).end(), { tls: old });
  proxy = http.createServer();
  proxy.on("connect", (request, socket) => {
    tunnels.push(`${request.url} ${request.headers["proxy-authorization"] ?? ""}`);
    const { port } = new URL(`http://${request.url}`);
    const server = net.connect(Number(port), "127.0.0.1");
    for (const end of [socket, server]) end.on("error", () => undefined);
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    socket.pipe(server).pipe(socket);
  });
  await new Promise<void>(resolve => proxy.listen(0, "127.0.0.1", resolve));
});
after(async () => {
  proxy.closeAllConnections();
  proxy.close();
  await served.stop();
  await expired.stop();
  await removeTree(folder);
});

async function fetched(url: string, settings: ConnectionSettings): Promise<FetchedText> {
  const connections = new Connections(settings);
  const answer = await fetchText(`${url}/x`, { connections, timeout: 30_000, maxBytes: 1000 });
  connections.close();
  return answer;
}

function assertRefused(answer: FetchedText, why: RegExp): void {
  assert.ok(answer.kind === "failed", answer.kind);
  assert.match(answer.detail, why);
}

it("a server is trusted by the certificates that are given, and by no others", async () => {
  const authorities = certificates(authority.certFile);
  assert.deepEqual(await fetched(served.url, { authorities }), { kind: "text", text: "/x" });
  const wrong = /certificate|self.signed|issuer/i;
  assertRefused(await fetched(served.url, { authorities: certificates(other.certFile) }), wrong);
  assertRefused(await fetched(served.url, {}), wrong);
  assertRefused(
    await fetched(expired.url, { authorities: certificates(path.join(folder, "expired/authority.pem")) }),
    /expired/,
  );
});

it("many requests are trusted like a single one", async () => {
  const ask = async (file: string) => {
    const target = addressOf(served.url);
    assert.ok(target !== undefined);
    const texts: string[] = [];
    const connections = new Connections({ authorities: certificates(file) });
    await pipelined(
      {
        method: "GET",
        target: { ...target, headers: {} },
        paths: Array.from({ length: 100 }, (_, index) => `/${index}`),
        maxBytes: 1000,
        silence: 30_000,
        signal: new AbortController().signal,
        didAnswer: (_, { text }) => texts.push(text),
      },
      connections,
    );
    return texts;
  };
  assert.equal(new Set(await ask(authority.certFile)).size, 100);
  assert.deepEqual(await ask(other.certFile), []);
});

it("a proxy opens a tunnel to the server, whose certificate counts", async () => {
  const https_proxy = `http://user:hunter2@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const authorities = certificates(authority.certFile);
  assert.deepEqual(await fetched(served.url, { authorities, env: { https_proxy } }), { kind: "text", text: "/x" });
  const login = `Basic ${Buffer.from("user:hunter2").toString("base64")}`;
  assert.deepEqual(tunnels, [`${new URL(served.url).host} ${login}`]);
  const refused = await fetched(served.url, { authorities: certificates(other.certFile), env: { https_proxy } });
  assertRefused(refused, /certificate|issuer/i);
});

it("a proxy that refuses or is not there is named", async () => {
  const refusing = net.createServer(socket =>
    socket.on("error", () => undefined).once("data", () => socket.end("HTTP/1.1 407 No\r\n\r\n")),
  );
  await new Promise<void>(resolve => refusing.listen(0, "127.0.0.1", resolve));
  const { port } = refusing.address() as AddressInfo;
  assertRefused(
    await fetched(served.url, { env: { https_proxy: `http://127.0.0.1:${port}` } }),
    /proxy answered HTTP 407/,
  );
  await new Promise(resolve => refusing.close(resolve));
  assertRefused(await fetched(served.url, { env: { https_proxy: `http://127.0.0.1:${port}` } }), /ECONNREFUSED/);
});
