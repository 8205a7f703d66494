import assert from "node:assert/strict";
import http from "node:http";
import net, { type AddressInfo } from "node:net";
import { after, before, it } from "node:test";
import { Connections } from "../../../server/src/net/connections.ts";
import { fetchText } from "../../../server/src/net/fetchText.ts";
import { proxyTextFor, type Variables } from "../../../server/src/net/proxy.ts";

const p = "http://proxy:3128";

/** URL, variables -> its proxy. */
const cases: Readonly<Record<string, readonly [url: string, env: Variables, proxy: string | undefined]>> = {
  none: ["http://a.example/", {}, undefined],
  http: ["http://a.example/", { http_proxy: p }, p],
  "http, which a request's header could set": ["http://a.example/", { HTTP_PROXY: p }, undefined],
  https: ["https://a.example/", { https_proxy: p }, p],
  "https in capitals": ["https://a.example/", { HTTPS_PROXY: p }, p],
  "that of the other scheme": ["https://a.example/", { http_proxy: p }, undefined],
  all: ["https://a.example/", { ALL_PROXY: p, http_proxy: "http://other" }, p],
  "set to nothing": ["https://a.example/", { https_proxy: "", ALL_PROXY: p }, undefined],
  "without scheme and port": ["http://a.example/", { http_proxy: "proxy" }, "http://proxy:1080"],
  "https without port": ["http://a.example/", { http_proxy: "https://proxy/" }, "https://proxy:443"],
  "with a login": ["http://a.example/", { http_proxy: "http://u:p@proxy:80" }, "http://u:p@proxy:80"],
  "not for a host": ["http://a.example/", { http_proxy: p, no_proxy: "b.example, a.example" }, undefined],
  "not for a domain": ["http://x.a.example/", { http_proxy: p, NO_PROXY: ".a.example" }, undefined],
  "for what only ends alike": ["http://xa.example/", { http_proxy: p, no_proxy: "a.example" }, p],
  "for no host": ["http://a.example/", { http_proxy: p, no_proxy: "*" }, undefined],
  "not for an address": ["http://10.1.2.3/", { http_proxy: p, no_proxy: "10.1.2.3" }, undefined],
  "not for a network": ["http://10.1.2.3/", { http_proxy: p, no_proxy: "10.0.0.0/8" }, undefined],
  "for another network": ["http://11.1.2.3/", { http_proxy: p, no_proxy: "10.0.0.0/8 10.0.0.0/99" }, p],
  "not for an IPv6 address": ["http://[::1]:5000/", { http_proxy: p, no_proxy: "::1" }, undefined],
};

for (const [name, [url, env, proxy]] of Object.entries(cases))
  it(`the proxy of a URL: ${name}`, () => assert.equal(proxyTextFor(new URL(url), env), proxy));

// A proxy for http, and for tunnels.

const asked: string[] = [];
const server = http.createServer((_, response) => response.end("direct"));
const proxy = http.createServer((request, response) => {
  asked.push(`${request.method} ${request.url} ${request.headers["proxy-authorization"] ?? "no login"}`);
  response.end("through the proxy");
});
proxy.on("connect", (request, socket) => {
  asked.push(`${request.method} ${request.url}`);
  const { port } = server.address() as AddressInfo;
  socket.write("HTTP/1.1 200 OK\r\n\r\n");
  const other = net.connect(port, "127.0.0.1");
  for (const end of [socket, other]) end.on("error", () => undefined);
  socket.pipe(other).pipe(socket);
});

before(async () => {
  for (const each of [server, proxy]) await new Promise<void>(resolve => each.listen(0, "127.0.0.1", resolve));
});
after(() => {
  for (const each of [server, proxy]) {
    each.closeAllConnections();
    each.close();
  }
});

it("requests go through the proxy, with its login, and tunnels for https", async () => {
  const { port } = proxy.address() as AddressInfo;
  const address = `http://user:hunter2@127.0.0.1:${port}`;
  const connections = new Connections({ env: { http_proxy: address, https_proxy: address } });
  const options = { connections, timeout: 10_000, maxBytes: 1000 };
  assert.deepEqual(await fetchText("http://cache.invalid/x", options), { kind: "text", text: "through the proxy" });
  const tunnelled = await fetchText("https://cache.invalid/x", options);
  // The server at the other end speaks no TLS.
  assert.equal(tunnelled.kind, "failed");
  assert.doesNotMatch(JSON.stringify(tunnelled), /hunter2/);
  assert.deepEqual(asked, [
    `GET http://cache.invalid/x Basic ${Buffer.from("user:hunter2").toString("base64")}`,
    "CONNECT cache.invalid:443",
  ]);
  connections.close();
});

it("a proxy of another kind is named", async () => {
  const connections = new Connections({ env: { all_proxy: "socks5://user:hunter2@127.0.0.1" } });
  const answer = await fetchText("http://cache.invalid/x", { connections, timeout: 10_000, maxBytes: 1000 });
  assert.ok(answer.kind === "failed");
  assert.match(answer.detail, /not supported: socks5/);
  assert.doesNotMatch(answer.detail, /hunter2/);
});
