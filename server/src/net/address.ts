/** A user name and a password for HTTP's Basic authentication (RFC 7617). */
export interface Login {
  readonly user: string;
  readonly password: string;
}

/** An address without its login, which is kept apart so that it is neither shown nor sent to another host. */
export interface Address {
  readonly url: URL;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

/** Divides a URL, `https://user:password@host/`. Undefined if it is not a valid one. */
export function addressOf(text: string, base?: string): Address | undefined {
  if (!URL.canParse(text, base)) return undefined;
  const url = new URL(text, base);
  const [user, password] = [url.username, url.password].map(decoded);
  url.username = "";
  url.password = "";
  return { url, ...(user && { user }), ...(password && { password }) };
}

export function isHttp({ protocol }: URL): boolean {
  return protocol === "http:" || protocol === "https:";
}

/** The value of the header `Authorization`. */
export function basicAuthorization({ user, password }: Login): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** What is not a valid escape is taken as it is, as curl does. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
