import { type Address, addressOf, isHttp } from "./address.ts";

/** Headers of a request, by name. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** Where a request goes. */
export interface Target extends Address {
  readonly headers: RequestHeaders;
}

/** Headers that say nothing about the user: only these are sent to another origin. */
const harmless = new Set(["accept", "accept-encoding", "accept-language", "user-agent"]);

/**
 * The request that follows a redirect (RFC 9110, section 15.4). Another host, port or scheme gets neither the login nor a header
 * that could be a secret, nor does the same host by http after https. Undefined: the address is invalid, is not http(s), or
 * contains a login.
 *
 * @param location the header `Location`, relative to the URL that was asked.
 */
export function redirected(from: Target, location: string): Target | undefined {
  const to = addressOf(location, from.url.href);
  if (to === undefined || !isHttp(to.url) || to.user !== undefined || to.password !== undefined) return undefined;
  return to.url.origin === from.url.origin
    ? { ...from, url: to.url }
    : { url: to.url, headers: withoutSecrets(from.headers) };
}

function withoutSecrets(headers: RequestHeaders): RequestHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => harmless.has(name.toLowerCase())));
}
