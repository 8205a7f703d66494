import { BlockList, isIP } from "node:net";
import { type Address, addressOf, basicAuthorization } from "./address.ts";
import type { RequestHeaders } from "./redirect.ts";

/** Environment variables. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** A proxy for http or https, with its login. */
export type ProxyAddress = Address;

/**
 * The proxy for a URL, from the environment. Undefined: none.
 *
 * @throws if it is not one for http or https.
 */
export function proxyFor(url: URL, env: Variables): ProxyAddress | undefined {
  const text = proxyTextFor(url, env);
  if (text === undefined) return undefined;
  const proxy = /^https?:/.test(text) ? addressOf(text) : undefined;
  if (proxy !== undefined) return proxy;
  throw new Error(`proxies of this kind are not supported: ${text.split(":", 1)[0]}`);
}

/** The headers of a request to a proxy, with its login. */
export function proxyHeaders(
  { user, password }: ProxyAddress,
  headers: RequestHeaders,
): { readonly headers: RequestHeaders } {
  if (user === undefined && password === undefined) return { headers };
  const login = basicAuthorization({ user: user ?? "", password: password ?? "" });
  return { headers: { ...headers, "proxy-authorization": login } };
}

/**
 * The proxy for a URL, as curl finds it in the environment (curl's manual, "Environment"): `http_proxy` only in lower case, because
 * web servers set `HTTP_PROXY` from a request's header. Undefined: none.
 */
export function proxyTextFor(url: URL, env: Variables): string | undefined {
  const scheme = url.protocol === "https:" ? "https" : "http";
  const own = scheme === "https" ? [env.https_proxy, env.HTTPS_PROXY] : [env.http_proxy];
  const proxy = [...own, env.all_proxy, env.ALL_PROXY].find(value => value !== undefined);
  if (proxy === undefined || proxy === "") return undefined;
  if (isExempt(url, env.no_proxy ?? env.NO_PROXY ?? "")) return undefined;
  return withPort(/^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`);
}

/** Without a port, curl connects to 1080, or to 443 of an https proxy. */
function withPort(proxy: string): string {
  const match = /^([a-z0-9+.-]+):\/\/((?:[^/?#@]*@)?(?:\[[^\]]*\]|[^/?#:@]*))(:\d+)?/i.exec(proxy);
  if (match === null) return proxy;
  const [, scheme = "", host = "", port] = match;
  return `${scheme.toLowerCase()}://${host}${port ?? (/^https$/i.test(scheme) ? ":443" : ":1080")}`;
}

/** `no_proxy`: `*`, or host names, domains, addresses and networks (CIDR), separated by commas or spaces. */
function isExempt(url: URL, exempt: string): boolean {
  const host = url.hostname
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .toLowerCase();
  return exempt
    .split(/[\s,]+/)
    .filter(Boolean)
    .some(each => {
      if (each === "*") return true;
      const name = each.toLowerCase().replace(/^\[(.*)\](?::\d+)?$/, "$1");
      if (isIP(host) !== 0) return isInNetwork(host, name);
      const domain = name.replace(/^\./, "").replace(/\.$/, "");
      return host === domain || host.endsWith(`.${domain}`);
    });
}

function isInNetwork(address: string, network: string): boolean {
  const [base = "", bits] = network.split("/");
  const version = isIP(base);
  if (version === 0 || version !== isIP(address)) return false;
  const family = version === 6 ? "ipv6" : "ipv4";
  const longest = version === 6 ? 128 : 32;
  const length = bits === undefined ? longest : Number(bits);
  if (!Number.isInteger(length) || length < 0 || length > longest) return false;
  const list = new BlockList();
  list.addSubnet(base, length, family);
  return list.check(address, family);
}
