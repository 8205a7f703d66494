import { addressOf, isHttp } from "../../net/address.ts";
import { type Requested, request } from "../../net/request.ts";
import type { HydraAccess } from "./access.ts";

/** At most this many redirects are followed. */
const maxRedirects = 5;

/** Until an answer begins, and for all of it (ms). */
const [firstByte, timeout] = [15_000, 60_000];

/** How much of the end of a text is read if only that is wanted (bytes). */
const endSize = 64 * 1024;

/** The part of a text that is wanted. */
export interface TextPart {
  /** From here on (bytes). Undefined: only its end. */
  readonly offset: number | undefined;
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads a text to which a Hydra server redirects, such as an old log in a bucket (`log_prefix`). It is another server, or may be: no
 * cookie is sent there, nor anything else that says who asks.
 */
export async function readElsewhere(
  location: string,
  base: string,
  { connections }: HydraAccess,
  { offset, limit, signal }: TextPart,
): Promise<Requested> {
  const range = offset === undefined ? `bytes=-${endSize}` : `bytes=${offset}-`;
  let from = base;
  let next = location;
  for (let count = 0; count <= maxRedirects; count++) {
    const to = addressOf(next, from);
    if (to === undefined || !isHttp(to.url) || to.user !== undefined || to.password !== undefined) break;
    from = to.url.href;
    const answer = await request(from, {
      connections: await connections(),
      method: "GET",
      headers: { accept: "text/plain, */*", ...(offset !== 0 && { range }) },
      firstByte,
      timeout,
      wish: ({ status, headers }) => {
        const length = Number(headers["content-length"] ?? 0);
        const skip = status === 206 ? 0 : (offset ?? Math.max(0, length - endSize));
        return { skip, limit };
      },
      signal,
    });
    if (answer.kind === "failed") return answer;
    const { status, headers } = answer;
    if (status === 416) return { ...answer, status: 200, body: Buffer.alloc(0) };
    if (status === 404 || (status >= 200 && status <= 299)) return answer;
    // A bucket without the right to list answers 403 for what is not there.
    if (status === 403) return { ...answer, status: 404 };
    if (headers.location === undefined || status < 300 || status > 399)
      return { kind: "failed", reason: "unreachable", detail: `its log: HTTP ${status}` };
    next = headers.location;
  }
  return { kind: "failed", reason: "unreachable", detail: "its log is at an address that is not used" };
}
