import type { IncomingMessage } from "node:http";
import { basicAuthorization } from "./address.ts";
import type { Connections, RequestOptions } from "./connections.ts";
import type { RequestHeaders, Target } from "./redirect.ts";
import type { TimeLimit } from "./timeLimit.ts";

export type Method = RequestOptions["method"];

/** Sends one request and resolves with the head of the answer. @throws when none comes. */
export async function send(
  target: Target,
  method: Method,
  connections: Connections,
  limit: TimeLimit,
): Promise<IncomingMessage> {
  const options = { method, headers: headersOf(target) };
  const attempt = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const request = connections.begin(target.url, options);
      request.once("response", resolve);
      request.on("error", error => reject(request.reusedSocket ? new ReusedError(error) : error));
      request.end();
      limit.onEnd = () => request.destroy(new Error("ended"));
    });
  try {
    return await attempt();
  } catch (error) {
    // The server has closed a connection that was kept open, just when it was used again.
    if (!(error instanceof ReusedError) || limit.reason !== undefined) throw error;
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
