import type { IncomingMessage } from "node:http";
import { basicAuthorization } from "./address.ts";
import type { Connections, RequestOptions } from "./connections.ts";
import type { RequestHeaders, Target } from "./redirect.ts";

export type Method = RequestOptions["method"];

/** Sends one request and resolves with the head of the answer. @throws when none comes. */
export async function send(
  target: Target,
  method: Method,
  connections: Connections,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const options = { method, headers: headersOf(target), signal };
  const attempt = () =>
    new Promise<IncomingMessage>((resolve, reject) => {
      const request = connections.begin(target.url, options);
      request.once("response", resolve);
      request.on("error", error => reject(request.reusedSocket ? new ReusedError(error) : error));
      request.end();
    });
  try {
    return await attempt();
  } catch (error) {
    // The server has closed a connection that was kept open, just when it was used again.
    if (!(error instanceof ReusedError) || signal.aborted) throw error;
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
