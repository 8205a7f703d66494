import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import type net from "node:net";
import type { Authority } from "./privateCa.ts";

/** A name and its password. */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** How clients reach a server. */
export interface Access {
  /** With it, the server speaks TLS only, with a certificate of this authority. */
  readonly tls?: Authority | undefined;
  /** With it, every request needs this login (HTTP basic authentication). */
  readonly login?: Login | undefined;
}

/** A server in this process. */
export interface Served {
  /** Without a slash at the end. */
  readonly url: string;
  /** All requests so far with the status of the answer, such as `GET /nix-cache-info 200`. */
  readonly requests: readonly string[];
  /** The number of connections that are open now. */
  open(): number;
  stop(): Promise<void>;
}

/** Starts a server at a free port of the loopback interface. */
export async function serve(handler: http.RequestListener, { tls, login }: Access = {}): Promise<Served> {
  const requests: string[] = [];
  const listener: http.RequestListener = (request, response) => {
    // Before the response leaves, so that the client's next look finds it.
    const writeHead = response.writeHead.bind(response);
    response.writeHead = ((status: number, headers?: http.OutgoingHttpHeaders) => {
      requests.push(`${request.method} ${request.url} ${status}`);
      return writeHead(status, headers);
    }) as typeof response.writeHead;
    if (login !== undefined && request.headers.authorization !== basic(login)) {
      response.writeHead(401, { "WWW-Authenticate": 'Basic realm="cache"' }).end();
      return;
    }
    handler(request, response);
  };
  const server =
    tls === undefined
      ? http.createServer(listener)
      : https.createServer(
          { cert: fs.readFileSync(tls.server.certFile), key: fs.readFileSync(tls.server.keyFile) },
          listener,
        );
  const sockets = new Set<net.Socket>();
  server.on("connection", (socket: net.Socket) => {
    sockets.add(socket.on("error", () => undefined).once("close", () => sockets.delete(socket)));
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    url: tls === undefined ? `http://127.0.0.1:${address.port}` : `https://localhost:${address.port}`,
    requests,
    open: () => sockets.size,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** The header `Authorization` of a login. */
function basic({ user, password }: Login): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** The status of a server's answer; undefined if it does not answer. */
export function statusOf(url: string, { tls, login }: Access = {}): Promise<number | undefined> {
  const headers = login === undefined ? {} : { Authorization: basic(login) };
  const ca = tls && fs.readFileSync(tls.certFile);
  const { get } = tls === undefined ? http : https;
  return new Promise(resolve => {
    const options = { headers, agent: false, timeout: 5000, ...(ca && { ca }) };
    const request = get(url, options, response => {
      response.resume();
      resolve(response.statusCode);
    });
    request.once("error", () => resolve(undefined)).once("timeout", () => request.destroy());
  });
}
