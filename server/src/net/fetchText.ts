import type { IncomingMessage } from "node:http";
import { addressOf, isHttp, type Login } from "./address.ts";
import { bodyText, discard } from "./body.ts";
import type { Connections } from "./connections.ts";
import { type FetchFailure, messageOf } from "./failure.ts";
import { type RequestHeaders, redirected, type Target } from "./redirect.ts";
import { send } from "./send.ts";
import { TimeLimit } from "./timeLimit.ts";

/** The result of a request. */
export type FetchedText =
  /** The server answered with 2xx. The text is decoded as UTF-8, and empty for HEAD. */
  | { readonly kind: "text"; readonly text: string }
  /** The server answered with another status. */
  | {
      readonly kind: "status";
      readonly status: number;
      /** How long the server asks to wait before the next request (ms). */
      readonly retryAfter?: number;
    }
  | { readonly kind: "failed"; readonly reason: FetchFailure; readonly detail: string };

export interface FetchOptions {
  readonly connections: Connections;
  /** By default GET. */
  readonly method?: "GET" | "HEAD";
  /** Until the head of the answer comes, with redirects (ms). By default `timeout`. */
  readonly firstByte?: number;
  /** For the whole request, with redirects and body (ms). */
  readonly timeout: number;
  /** The longest body, after decompression (bytes). */
  readonly maxBytes: number;
  /** Cancels the request. */
  readonly signal?: AbortSignal | undefined;
  /** Secrets among them are not sent to another origin. */
  readonly headers?: RequestHeaders | undefined;
  /** The login for a host (and the user name in the address, if any) whose address has none. */
  readonly loginFor?: ((host: string, user?: string) => Login | undefined) | undefined;
}

/** As many redirects are followed as Nix follows (`CURLOPT_MAXREDIRS`, `src/libstore/filetransfer.cc`). */
const maxRedirects = 10;

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Gets a text by http or https. Never rejects, and no result contains a login. */
export async function fetchText(address: string, options: FetchOptions): Promise<FetchedText> {
  const { timeout, firstByte = timeout, headers = {} } = options;
  const to = addressOf(address);
  if (to === undefined) return failed("unreachable", "not a valid address");
  if (!isHttp(to.url)) return failed("unreachable", `not http or https: ${to.url.protocol}`);
  const limit = new TimeLimit(firstByte, timeout, options.signal);
  try {
    const response = await follow({ ...to, headers: { "user-agent": "morph", ...headers } }, options, limit);
    limit.didBegin();
    return "kind" in response ? response : await answerOf(response, options);
  } catch (error) {
    const { reason } = limit;
    if (reason === "cancelled") return failed(reason, "cancelled");
    if (reason === "silent") return failed("timed-out", `no answer within ${firstByte} ms`);
    if (reason === "timed-out") return failed(reason, `no complete answer within ${timeout} ms`);
    return failed("unreachable", messageOf(error));
  } finally {
    limit.stop();
  }
}

/** Sends a request, and again wherever the answer redirects it. @throws when there is no answer. */
async function follow(
  first: Target,
  { connections, method = "GET", loginFor }: FetchOptions,
  limit: TimeLimit,
): Promise<IncomingMessage | FetchedText> {
  let target = first;
  for (let count = 0; count <= maxRedirects; count++) {
    const { hostname } = target.url;
    const login = target.password === undefined ? loginFor?.(hostname, target.user) : undefined;
    const response = await send({ ...target, ...login }, method, connections, limit);
    const { location } = response.headers;
    if (!redirects.has(response.statusCode ?? 0) || location === undefined) return response;
    discard(response);
    const next = redirected(target, location);
    if (next === undefined) return failed("redirect", `redirected to ${shortened(location)}`);
    target = next;
  }
  return failed("redirect", `redirected more than ${maxRedirects} times`);
}

async function answerOf(
  response: IncomingMessage,
  { maxBytes, method, connections }: FetchOptions,
): Promise<FetchedText> {
  const { statusCode: status = 0 } = response;
  if (status < 200 || status > 299 || method === "HEAD") {
    discard(response);
    if (status >= 200 && status <= 299) return { kind: "text", text: "" };
    const retryAfter = secondsIn(response.headers["retry-after"]);
    return { kind: "status", status, ...(retryAfter !== undefined && { retryAfter: retryAfter * 1000 }) };
  }
  const text = await bodyText(response, maxBytes, connections.large);
  return text === undefined ? failed("too-large", `more than ${maxBytes} bytes`) : { kind: "text", text };
}

function secondsIn(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) : undefined;
}

/** An address from outside, for a message: without login and parameters, which may be a secret. */
function shortened(location: string): string {
  return location
    .replace(/\/\/[^/]*@/, "//")
    .replace(/[?#].*$/s, "")
    .slice(0, 200);
}

function failed(reason: FetchFailure, detail: string): FetchedText {
  return { kind: "failed", reason, detail };
}
