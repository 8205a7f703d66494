/** Headers of a request, by name. */
export type RequestHeaders = Readonly<Record<string, string>>;

/** Where a request goes. */
export interface Target {
  readonly url: URL;
  readonly headers: RequestHeaders;
}

/** Headers that say nothing about the user: only these are sent to another origin. */
const harmless = new Set(["accept", "accept-encoding", "accept-language", "user-agent"]);

/**
 * The request that follows a redirect (RFC 9110, section 15.4). Another host, port or scheme gets no header that could be a secret,
 * nor does the same host by http after https. Undefined: the address is invalid, is not http(s), or contains a login.
 *
 * @param location the header `Location`, relative to the URL that was asked.
 */
export function redirected({ url: from, headers }: Target, location: string): Target | undefined {
  if (!URL.canParse(location, from.href)) return undefined;
  const url = new URL(location, from.href);
  if (!isHttp(url) || hasLogin(url)) return undefined;
  return { url, headers: url.origin === from.origin ? headers : withoutSecrets(headers) };
}

export function isHttp({ protocol }: URL): boolean {
  return protocol === "http:" || protocol === "https:";
}

/** Whether an address contains a user name or a password. */
export function hasLogin({ username, password }: URL): boolean {
  return username !== "" || password !== "";
}

function withoutSecrets(headers: RequestHeaders): RequestHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => harmless.has(name.toLowerCase())));
}
