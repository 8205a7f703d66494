import type { IncomingMessage } from "node:http";
import { addressOf, isHttp } from "./address.ts";
import { type BodyPart, type BodyWish, bodyPart, discard } from "./body.ts";
import type { Connections, Method } from "./connections.ts";
import { type FetchFailure, messageOf } from "./failure.ts";
import type { RequestHeaders } from "./redirect.ts";
import { type Sent, send } from "./send.ts";
import { TimeLimit } from "./timeLimit.ts";

/** The head of an answer. */
export interface AnswerHead {
  readonly status: number;
  /** By their names in lower case; without cookies. */
  readonly headers: Readonly<Record<string, string>>;
  /** The values of `Set-Cookie`. */
  readonly cookies: readonly string[];
}

/** An answer of any status. */
export interface Answer extends AnswerHead, BodyPart {
  readonly kind: "answer";
}

export type Requested =
  | Answer
  | {
      readonly kind: "failed";
      readonly reason: Exclude<FetchFailure, "redirect" | "too-large">;
      readonly detail: string;
    };

export interface OneRequest extends Sent {
  readonly connections: Connections;
  readonly method: Method;
  readonly headers: RequestHeaders;
  /** Until the head of the answer comes (ms). */
  readonly firstByte: number;
  /** For everything (ms). */
  readonly timeout: number;
  /** Which part of the body to read; undefined: none. */
  readonly wish: (head: AnswerHead) => BodyWish | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends one request by http or https and reads the answer. Redirects are answers: they are not followed, so what is sent reaches only
 * the host of the address. A login in the address is ignored. Never rejects.
 */
export async function request(address: string, options: OneRequest): Promise<Requested> {
  const { firstByte, timeout, connections, method, headers } = options;
  const to = addressOf(address);
  if (to === undefined) return { kind: "failed", reason: "unreachable", detail: "not a valid address" };
  if (!isHttp(to.url)) return { kind: "failed", reason: "unreachable", detail: "not http or https" };
  const limit = new TimeLimit(firstByte, timeout, options.signal);
  try {
    const target = { url: to.url, headers: { "user-agent": "morph", ...headers } };
    const response = await send(target, method, connections, limit, options);
    limit.didBegin();
    return { kind: "answer", ...(await answerOf(response, options)) };
  } catch (error) {
    const { reason } = limit;
    if (reason === "cancelled") return { kind: "failed", reason, detail: "cancelled" };
    if (reason === undefined) return { kind: "failed", reason: "unreachable", detail: messageOf(error) };
    return {
      kind: "failed",
      reason: "timed-out",
      detail: `no answer within ${reason === "silent" ? firstByte : timeout} ms`,
    };
  } finally {
    limit.stop();
  }
}

async function answerOf(
  response: IncomingMessage,
  { wish, connections, method }: OneRequest,
): Promise<AnswerHead & BodyPart> {
  const head = headOf(response);
  const wanted = method === "HEAD" ? undefined : wish(head);
  if (wanted === undefined) {
    discard(response);
    return { ...head, body: Buffer.alloc(0), isCut: false };
  }
  return { ...head, ...(await bodyPart(response, wanted, connections.large)) };
}

function headOf({ statusCode: status = 0, headers }: IncomingMessage): AnswerHead {
  const { "set-cookie": cookies = [], ...others } = headers;
  const texts = Object.entries(others).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : []));
  return { status, headers: Object.fromEntries(texts), cookies };
}
