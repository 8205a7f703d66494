import { hasLogin, isHttp, type RequestHeaders, redirected, type Target } from "./redirect.ts";

/** The result of a request. */
export type FetchedText =
  /** The server answered with 2xx. The text is decoded as UTF-8. */
  | { readonly kind: "text"; readonly text: string }
  /** The server answered with another status. */
  | { readonly kind: "status"; readonly status: number }
  | { readonly kind: "failed"; readonly reason: FetchFailure; readonly detail: string };

export type FetchFailure =
  | "cancelled"
  | "timed-out"
  /** The body is longer than allowed, after decompression. */
  | "too-large"
  /** Too many redirects, or one to where requests may not go. */
  | "redirect"
  /** No connection, no valid answer, or a body that ended early. */
  | "unreachable";

export interface FetchOptions {
  /** For the whole request, with redirects and body (ms). */
  readonly timeout: number;
  /** The longest body, after decompression (bytes). */
  readonly maxBytes: number;
  /** Cancels the request. */
  readonly signal?: AbortSignal | undefined;
  /** Secrets among them are not sent to another origin. */
  readonly headers?: RequestHeaders | undefined;
}

/** As many redirects are followed as Nix follows (`CURLOPT_MAXREDIRS`, `src/libstore/filetransfer.cc`). */
const maxRedirects = 10;

const redirects: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/** Gets a text by http or https. Never rejects. */
export async function fetchText(address: string, options: FetchOptions): Promise<FetchedText> {
  const { timeout, maxBytes, signal, headers = {} } = options;
  const late = AbortSignal.timeout(timeout);
  const ended = signal === undefined ? late : AbortSignal.any([late, signal]);
  try {
    const url = new URL(address);
    if (!isHttp(url)) return failed("unreachable", `not http or https: ${url.protocol}`);
    if (hasLogin(url)) return failed("unreachable", "addresses with a user name or password are not supported");
    const response = await follow({ url, headers }, ended);
    return response instanceof Response ? await answerOf(response, maxBytes) : response;
  } catch (error) {
    if (signal?.aborted === true) return failed("cancelled", "cancelled");
    if (late.aborted) return failed("timed-out", `no complete answer within ${timeout} ms`);
    return failed("unreachable", messageOf(error));
  }
}

/** Sends a request, and again wherever the answer redirects it. @throws when there is no answer. */
async function follow(first: Target, signal: AbortSignal): Promise<Response | FetchedText> {
  let target = first;
  for (let count = 0; count <= maxRedirects; count++) {
    const response = await fetch(target.url, { headers: target.headers, redirect: "manual", signal });
    const location = response.headers.get("location");
    if (!redirects.has(response.status) || location === null) return response;
    await discard(response);
    const next = redirected(target, location);
    if (next === undefined) return failed("redirect", `redirected to ${shortened(location)}`);
    target = next;
  }
  return failed("redirect", `redirected more than ${maxRedirects} times`);
}

async function answerOf(response: Response, maxBytes: number): Promise<FetchedText> {
  const { status } = response;
  if (!response.ok) {
    await discard(response);
    return { kind: "status", status };
  }
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the body.
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > maxBytes) return failed("too-large", `more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return { kind: "text", text: new TextDecoder().decode(Buffer.concat(chunks)) };
}

/** A body that is not read keeps its connection. */
async function discard({ body }: Response): Promise<void> {
  await body?.cancel();
}

/** An address from outside, for a message. */
function shortened(location: string): string {
  return location.replace(/\/\/[^/]*@/, "//").slice(0, 200);
}

function failed(reason: FetchFailure, detail: string): FetchedText {
  return { kind: "failed", reason, detail };
}

/** `fetch` wraps what happened into a TypeError. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
