import * as v from "valibot";
import type { BodyWish } from "../../net/body.ts";
import type { Method } from "../../net/connections.ts";
import { type Answer, request } from "../../net/request.ts";
import type { Outcome } from "../../outcome.ts";
import type { HydraLogin } from "../../protocol.ts";
import { pauseAfter } from "../../util/backoff.ts";
import { pause } from "../../util/pause.ts";
import type { HydraAccess } from "./access.ts";
import { errorAnswer, userAnswer } from "./answers.ts";
import { busy, missingRole, moved, notHydra, refused, signedOut, unreachable, wrongLogin } from "./problems.ts";

/** A request to a Hydra server. */
export interface HydraRequest {
  readonly method: Method;
  /** Below the base address, such as `/build/7`. */
  readonly path: string;
  /** Is sent as JSON. */
  readonly body?: object | undefined;
  /** Default: JSON. */
  readonly accept?: "html" | undefined;
  /** The part of an answer with 2xx that is wanted. Default: all, up to `maxBytes`. */
  readonly wish?: ((headers: Answer["headers"]) => BodyWish | undefined) | undefined;
  /** Does something, although it may be a GET: it is not sent again after a failure. */
  readonly isAction?: true | undefined;
  /** Roles that allow it, for the message. */
  readonly roles?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Who is signed in. */
export interface HydraUser {
  readonly name: string;
  readonly roles: readonly string[];
}

/** The longest answer that is read as a whole (bytes): the page of a build with 10,000 steps. */
const maxBytes = 16 * 1024 * 1024;

/** Until an answer begins, and for all of it (ms). Hydra has few processes, and computes some pages for seconds. */
const [firstByte, whole] = [30_000, 120_000];

/** Further attempts after an answer that says to wait, and the pauses before them (ms). */
const attempts = 3;
const pauses = { first: 500, longest: 8000 };

/** The longest pause that a server may ask for (ms). */
const longestPause = 30_000;

/** Answers of servers and proxies that are overloaded. A 500 of Hydra is an error that stays. */
const overloaded: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * Sends requests to one Hydra server, with its session. The cookie and the password are sent to the base address only: redirects are
 * never followed here. When the session has expired, it signs in again, once for each request.
 */
export class Transport {
  readonly url: string;
  readonly #access: HydraAccess;
  #cookie: string | undefined;
  /** What the server takes for its own address, which the `Referer` of a POST must begin with. */
  #ownAddress: string;
  #user: HydraUser | undefined;
  #signingIn: Promise<Outcome<HydraUser>> | undefined;

  constructor(url: string, access: HydraAccess) {
    this.url = url;
    this.#access = access;
    this.#ownAddress = `${url}/`;
  }

  /** The user who is signed in, as far as we know. */
  get user(): HydraUser | undefined {
    return this.#user;
  }

  signOut(): void {
    this.#cookie = undefined;
    this.#user = undefined;
    this.#signingIn = undefined;
  }

  /** Signs in with the login of the access. Null: it has none. */
  async signIn(signal?: AbortSignal): Promise<Outcome<HydraUser | null>> {
    const login = await this.#access.login();
    if (login === null) return { value: null };
    this.#signingIn ??= this.#signInAs(login, signal).finally(() => {
      this.#signingIn = undefined;
    });
    return this.#signingIn;
  }

  /**
   * Sends a request and returns the answer: 2xx, 3xx or 404; everything else is a problem. An answer of 404 that is not from Hydra is a
   * problem, too.
   */
  async send(asked: HydraRequest): Promise<Outcome<Answer>> {
    const first = await this.#sendPatiently(asked);
    if ("problem" in first) return first;
    if (!needsSignIn(first.value, asked)) return this.#checked(first.value, asked);
    const user = await this.signIn(asked.signal);
    if ("problem" in user) return user;
    if (user.value === null) return { problem: signedOut(this.url) };
    const second = await this.#sendPatiently(asked);
    return "problem" in second ? second : this.#checked(second.value, asked);
  }

  /** The JSON of an answer, parsed. Undefined: 404. */
  async json<S extends v.GenericSchema>(
    schema: S,
    asked: HydraRequest,
  ): Promise<Outcome<v.InferOutput<S> | undefined>> {
    const sent = await this.send(asked);
    if ("problem" in sent) return sent;
    if (sent.value.status === 404) return { value: undefined };
    return this.parse(schema, sent.value);
  }

  /** The body of an answer. Problem: `hydra-not-hydra`. */
  parse<S extends v.GenericSchema>(schema: S, answer: Answer): Outcome<v.InferOutput<S>> {
    const said = answer.body.toString("utf8");
    const parsed = v.safeParse(schema, answer.isCut ? undefined : jsonIn(said));
    return parsed.success ? { value: parsed.output } : { problem: notHydra(this.url, startOf(answer)) };
  }

  async #signInAs(login: HydraLogin, signal: AbortSignal | undefined): Promise<Outcome<HydraUser>> {
    const body = { username: login.user, password: login.password };
    // A new session, so that nothing of an expired or foreign one is kept.
    this.#cookie = undefined;
    this.#user = undefined;
    const sent = await this.#sendPatiently({ method: "POST", path: "/login", body, signal });
    if ("problem" in sent) return sent;
    const answer = sent.value;
    if (answer.status === 403 || answer.status === 400) return { problem: wrongLogin(this.url, login.user) };
    if (!isRedirect(answer) && answer.status !== 200) return { problem: this.#problemOf(answer, undefined) };
    const user = v.safeParse(userAnswer, jsonIn(answer.body.toString("utf8")));
    if (!user.success) {
      const to = isRedirect(answer) ? this.#movedTo(answer, "/login") : undefined;
      return { problem: to === undefined ? notHydra(this.url, startOf(answer)) : moved(this.url, to) };
    }
    this.#user = { name: user.output.username, roles: user.output.userroles };
    return { value: this.#user };
  }

  /** Again while the server is overloaded, and once with the address that the server takes for its own. */
  async #sendPatiently(asked: HydraRequest): Promise<Outcome<Answer>> {
    let knowsAddress = false;
    const isIdempotent = asked.isAction !== true && asked.method !== "POST";
    for (let failures = 1; ; failures++) {
      const sent = await this.#sendOnce(asked);
      const isLast = failures > attempts || !isIdempotent || asked.signal?.aborted === true;
      if (sent.kind === "failed") {
        if (isLast || sent.reason !== "unreachable" || failures > 1)
          return { problem: unreachable(this.url, sent.reason, sent.detail) };
        await pause(pauses.first, asked.signal);
        continue;
      }
      const own = asked.method === "POST" && !knowsAddress ? ownAddressIn(sent) : undefined;
      if (own !== undefined) {
        this.#ownAddress = own;
        knowsAddress = true;
        continue;
      }
      if (!overloaded.has(sent.status)) return { value: sent };
      if (isLast) return { problem: busy(this.url, sent.status) };
      await pause(Math.min(pauseOf(sent) ?? pauseAfter(failures, pauses), longestPause), asked.signal);
    }
  }

  async #sendOnce({ method, path, body, accept, wish, isAction, signal }: HydraRequest) {
    const answer = await request(`${this.url}${path}`, {
      connections: await this.#access.connections(),
      method,
      headers: {
        accept: accept === "html" ? "text/html" : "application/json",
        ...(this.#cookie !== undefined && { cookie: this.#cookie }),
        ...(method === "POST" && { referer: this.#ownAddress }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      isRepeatable: isAction !== true,
      firstByte,
      timeout: whole,
      wish: head => (wish !== undefined && head.status < 300 ? wish(head.headers) : { skip: 0, limit: maxBytes }),
      signal,
    });
    if (answer.kind === "answer") this.#cookie = cookieIn(answer.cookies) ?? this.#cookie;
    return answer;
  }

  #checked(answer: Answer, { path, roles, accept, method }: HydraRequest): Outcome<Answer> {
    const { status } = answer;
    if (status >= 200 && status <= 299) return { value: answer };
    if (isRedirect(answer)) {
      const to = this.#movedTo(answer, path);
      return to === undefined ? { value: answer } : { problem: moved(this.url, to) };
    }
    const isHydras = accept === "html" || method === "HEAD" || errorIn(answer) !== undefined;
    if (status === 404 && isHydras) return { value: answer };
    return { problem: this.#problemOf(answer, roles) };
  }

  #problemOf(answer: Answer, roles: readonly string[] | undefined) {
    const said = errorIn(answer);
    if (answer.status === 404 && said === undefined) return notHydra(this.url, startOf(answer));
    if (answer.status === 401) return notHydra(this.url, startOf(answer));
    if (answer.status !== 403) return refused(this.url, said ?? `HTTP ${answer.status}`);
    if (said === undefined) return notHydra(this.url, startOf(answer));
    return /sign in/.test(said) ? signedOut(this.url) : missingRole(this.url, this.#user?.name, roles ?? [], said);
  }

  /** Where the whole server has moved, if that is what a redirect says: to the same page below another address. */
  #movedTo(answer: Answer, path: string): string | undefined {
    const { location = "" } = answer.headers;
    const [target = ""] = location.split(/[?#]/, 1);
    const page = path.split("?", 1)[0] ?? path;
    if (!/^https?:\/\//.test(target) || !target.endsWith(page) || page.startsWith("/log/")) return undefined;
    const base = target.slice(0, -page.length);
    return base === this.url || base.includes("@") ? undefined : base;
  }
}

/** Hydra answers 403 to a request that needs a user, or leads to its login page. */
function needsSignIn(answer: Answer, { method }: HydraRequest): boolean {
  if (answer.status === 403) return method === "HEAD" || /requires you to sign in/.test(answer.body.toString("utf8"));
  return isRedirect(answer) && /\/login(?:[?#]|$)/.test(answer.headers.location ?? "");
}

export function isRedirect({ status, headers }: Answer): boolean {
  return [301, 302, 303, 307, 308].includes(status) && headers.location !== undefined;
}

/** The error of an answer, in Hydra's words. */
export function errorIn(answer: Answer): string | undefined {
  const parsed = v.safeParse(errorAnswer, jsonIn(answer.body.toString("utf8")));
  return parsed.success ? parsed.output.error : undefined;
}

/** The check against requests from other sites names the address of the server: `POST requests should come from ‘http://host/’.` */
function ownAddressIn(answer: Answer): string | undefined {
  if (answer.status < 400) return undefined;
  const address = /POST requests should come from ‘(https?:\/\/[^\s’]{1,1000}\/)’/.exec(errorIn(answer) ?? "")?.[1];
  return address !== undefined && URL.canParse(address) ? address : undefined;
}

function cookieIn(cookies: readonly string[]): string | undefined {
  return cookies.flatMap(each => /^\s*(hydra_session=[^;\s]{1,4000})/.exec(each)?.[1] ?? []).at(-1);
}

function pauseOf({ headers }: Answer): number | undefined {
  const after = headers["retry-after"] ?? "";
  return /^\d{1,6}$/.test(after) ? Number(after) * 1000 : undefined;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function startOf({ status, body }: Answer): string {
  return `HTTP ${status}\n${body.toString("utf8", 0, 1000)}`;
}
