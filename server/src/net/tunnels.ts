import http from "node:http";
import https from "node:https";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type ConnectionOptions, connect } from "node:tls";
import { type ProxyAddress, proxyHeaders } from "./proxy.ts";

/** The limit for a proxy to open a tunnel (ms). */
const timeout = 14_000;

/** Connections by https through a proxy, each in a tunnel (`CONNECT`, RFC 9110, section 9.3.6). */
export class Tunnels extends https.Agent {
  readonly #proxy: ProxyAddress;
  /** Requests for tunnels that are not open yet. */
  readonly #opening = new Set<http.ClientRequest>();

  /** @param options are those of the connections in the tunnels, and of one to the proxy itself. */
  constructor(proxy: ProxyAddress, options: https.AgentOptions) {
    super(options);
    this.#proxy = proxy;
  }

  override createConnection(
    options: https.RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const { host, port, servername = host ?? "" } = options;
    this.#open(`${host?.includes(":") ? `[${host}]` : host}:${port ?? 443}`, options).then(
      socket => callback?.(null, connect({ ...(options as ConnectionOptions), socket, servername })),
      // A failure comes with no socket, but the type wants one.
      error => callback?.(error, new Socket()),
    );
  }

  override destroy(): void {
    for (const request of this.#opening) request.destroy();
    super.destroy();
  }

  /** Opens a tunnel to `host:port`. */
  #open(authority: string, options: https.RequestOptions): Promise<Socket> {
    const { url } = this.#proxy;
    const { request: begin } = url.protocol === "https:" ? https : http;
    const { secureContext } = options as ConnectionOptions;
    return new Promise((resolve, reject) => {
      const request = begin({
        ...(secureContext && { secureContext }),
        ...proxyHeaders(this.#proxy, { host: authority }),
        agent: false,
        host: url.hostname.replace(/^\[|\]$/g, ""),
        port: url.port,
        method: "CONNECT",
        path: authority,
        timeout,
      });
      this.#opening.add(request);
      request.once("close", () => this.#opening.delete(request));
      request.once("timeout", () => request.destroy(new Error("the proxy does not respond")));
      request.once("error", reject);
      request.once("connect", (response, socket) => {
        if (response.statusCode === 200) return resolve(socket);
        socket.destroy();
        reject(new Error(`the proxy answered HTTP ${response.statusCode}`));
      });
      request.end();
    });
  }
}
