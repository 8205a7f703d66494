import http from "node:http";
import https from "node:https";
import { createSecureContext, type SecureContext } from "node:tls";
import { createQueue, type Queue } from "../util/queue.ts";
import { type ProxyAddress, proxyFor, proxyHeaders, proxyTextFor, type Variables } from "./proxy.ts";
import type { RequestHeaders } from "./redirect.ts";
import { Tunnels } from "./tunnels.ts";

export interface ConnectionSettings {
  /** Where proxies are looked up. */
  readonly env?: Variables;
  /** Certificates of the authorities that are trusted (PEM). Undefined: those that Node brings. */
  readonly authorities?: string | undefined;
  /** Maximum number of parallel connections to a host, by default 16. */
  readonly perHost?: number;
}

export type Method = "GET" | "HEAD" | "POST" | "PUT";

export interface RequestOptions {
  readonly method: Method;
  readonly headers: RequestHeaders;
}

/** How many bodies that are not small are read in parallel. It limits the memory that a hostile server can occupy. */
const parallelLarge = 1;

/** Connections that are kept open and used again, until they are closed. */
export class Connections {
  /** Reads bodies that are not small. */
  readonly large: Queue = createQueue(parallelLarge);
  readonly #settings: ConnectionSettings;
  /** Scheme and proxy -> the connections. */
  readonly #agents = new Map<string, http.Agent>();
  #context: SecureContext | undefined;

  constructor(settings: ConnectionSettings = {}) {
    this.#settings = settings;
  }

  /**
   * Begins a request for a URL, through the proxy that is configured for it.
   *
   * @throws if the certificates are malformed or the kind of proxy is not supported.
   */
  begin(url: URL, { headers, ...options }: RequestOptions): http.ClientRequest {
    const proxy = proxyFor(url, this.#settings.env ?? {});
    const agent = this.#agentFor(url.protocol, proxy);
    if (url.protocol === "https:") return https.request(url, { ...options, headers, agent, ...this.tls() });
    if (proxy === undefined) return http.request(url, { ...options, headers, agent });
    // A proxy for http is sent the whole URL.
    const { request } = proxy.url.protocol === "https:" ? https : http;
    const sent = proxyHeaders(proxy, { ...headers, host: url.host });
    return request(proxy.url, { ...options, ...sent, agent, path: url.href, ...this.tls() });
  }

  /** Whether requests for a URL go through a proxy. */
  usesProxy(url: URL): boolean {
    return proxyTextFor(url, this.#settings.env ?? {}) !== undefined;
  }

  /** Closes all connections; requests that still run fail. */
  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  #agentFor(protocol: string, proxy: ProxyAddress | undefined): http.Agent {
    const key = `${protocol} ${proxy?.url.href ?? ""} ${proxy?.user ?? ""} ${proxy?.password ?? ""}`;
    const agent = this.#agents.get(key) ?? this.#newAgent(protocol, proxy);
    this.#agents.set(key, agent);
    return agent;
  }

  #newAgent(protocol: string, proxy: ProxyAddress | undefined): http.Agent {
    const options = { keepAlive: true, maxSockets: this.#settings.perHost ?? 16 };
    if (protocol === "https:") return proxy === undefined ? new https.Agent(options) : new Tunnels(proxy, options);
    return proxy?.url.protocol === "https:" ? new https.Agent(options) : new http.Agent(options);
  }

  /** Whom TLS trusts. Made once: it parses more than a hundred certificates. @throws if the certificates are malformed. */
  tls(): { readonly secureContext?: SecureContext } {
    const { authorities } = this.#settings;
    if (authorities === undefined) return {};
    this.#context ??= createSecureContext({ ca: authorities });
    return { secureContext: this.#context };
  }
}
