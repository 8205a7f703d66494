import type { IncomingMessage } from "node:http";
import { basicAuthorization } from "./address.ts";
import type { Connections, Method } from "./connections.ts";
import type { RequestHeaders, Target } from "./redirect.ts";
import type { TimeLimit } from "./timeLimit.ts";

/** What is sent besides the headers. */
export interface Sent {
  /** UTF-8. */
  readonly body?: string | undefined;
  /** The request does no harm if it arrives twice, as is usual for GET and HEAD (RFC 9110, section 9.2.2). */
  readonly isRepeatable?: boolean | undefined;
}

/**
 * Sends one request and resolves with the head of the answer.
 *
 * @throws when no answer comes.
 */
export async function send(
  target: Target,
  method: Method,
  connections: Connections,
  limit: TimeLimit,
  { body, isRepeatable = method === "GET" || method === "HEAD" }: Sent = {},
): Promise<IncomingMessage> {
  const headers = headersOf(target);
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const options = { method, headers: { ...headers, ...length } };
  const attempt = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const request = connections.begin(target.url, options);
      request.once("response", resolve);
      request.on("error", error => reject(request.reusedSocket ? new ReusedError(error) : error));
      request.end(body);
      limit.onEnd = () => request.destroy(new Error("ended"));
    });
  try {
    return await attempt();
  } catch (error) {
    // The server has closed a connection that was kept open, just when it was used again.
    if (!(error instanceof ReusedError) || limit.reason !== undefined || !isRepeatable) throw error;
    return attempt();
  }
}

/** The failure of a request over a connection that had been used before. */
class ReusedError extends Error {
  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

function headersOf({ headers, user, password }: Target): RequestHeaders {
  if (user === undefined && password === undefined) return headers;
  return { ...headers, authorization: basicAuthorization({ user: user ?? "", password: password ?? "" }) };
}
