import { randomBytes } from "node:crypto";
import type http from "node:http";
import type { Authority } from "../../privateCa.ts";
import { type Served, serve } from "../../serve.ts";
import { type Exchange, Refusal, type Reply, type Site, signIn } from "../web/exchange.ts";
import { route } from "../web/routes.ts";
import { type Interference, type Interferences, startInterferences } from "./interference.ts";
import { send } from "./send.ts";

/** A request that a server got. */
export interface HydraRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  /** As text, with any password in it. */
  readonly body: string;
  status: number | undefined;
  /** Bytes of the answer's body that were sent. */
  sent: number;
}

export interface WebOptions {
  /** The path below which the server is: `/hydra`. Default: none. */
  readonly prefix?: string | undefined;
  /** Its own address as it sees it, if that is not the one that clients use: behind a proxy that does not pass it on. */
  readonly base?: string | undefined;
  /** With it, the server speaks TLS only. */
  readonly tls?: Authority | undefined;
}

export interface Web {
  /** With the prefix, without a slash at the end. */
  readonly url: string;
  readonly requests: readonly HydraRequest[];
  readonly served: Served;
  /** See `TestHydra.interfere`. */
  interfere(what: Interference): () => void;
}

/** Serves a site at a free port of the loopback interface. */
export async function startWeb(site: Site, { prefix = "", base, tls }: WebOptions = {}): Promise<Web> {
  const requests: HydraRequest[] = [];
  const interferences = startInterferences();
  const scheme = tls === undefined ? "http" : "https";
  const served = await serve(
    (message, response) => {
      const chunks: Buffer[] = [];
      message.on("error", () => undefined);
      message.on("data", (chunk: Buffer) => chunks.push(chunk));
      message.on("end", () => {
        const own = base ?? `${scheme}://${message.headers.host}${prefix}/`;
        const request: HydraRequest = {
          method: message.method ?? "",
          path: message.url ?? "",
          headers: message.headers,
          body: Buffer.concat(chunks).toString(),
          status: undefined,
          sent: 0,
        };
        requests.push(request);
        count(response, request);
        answer({ site, prefix, base: own, request, response, interferences });
      });
    },
    { tls },
  );
  return { url: served.url + prefix, requests, served, interfere: interferences.add };
}

/** Remembers status and size of an answer. */
function count(response: http.ServerResponse, request: HydraRequest): void {
  const write = response.write.bind(response);
  response.write = ((chunk: Buffer | string, ...rest: []) => {
    request.sent += Buffer.byteLength(chunk);
    return write(chunk, ...rest);
  }) as typeof response.write;
  const writeHead = response.writeHead.bind(response);
  response.writeHead = ((status: number, headers?: http.OutgoingHttpHeaders) => {
    request.status = status;
    return writeHead(status, headers);
  }) as typeof response.writeHead;
}

interface Received {
  readonly site: Site;
  readonly prefix: string;
  readonly base: string;
  readonly request: HydraRequest;
  readonly response: http.ServerResponse;
  readonly interferences: Interferences;
}

function answer({ site, prefix, base, request, response, interferences }: Received): void {
  if (interferences.handle(request, response)) return;
  const url = new URL(request.path, "http://server");
  if (!url.pathname.startsWith(`${prefix}/`)) return void response.writeHead(404).end("Not Found\n");
  const [id, session] = sessionOf(site, request.headers.cookie);
  const wantsJson = /application\/json/.test(request.headers.accept ?? "");
  const path = url.pathname
    .slice(prefix.length + 1)
    .split("/")
    .map(decodeURIComponent);
  const context = { site, database: site.database, method: request.method, path, session, base, wantsJson };
  const sending = { response, wantsJson, isHead: request.method === "HEAD", base, cookie: cookie(id) };

  const early = refusedBefore(site, context, request.headers);
  if (early !== undefined) return send({ ...sending, vary: "Content-Type" }, early);
  const params = paramsOf(request, url.searchParams);
  if (params === undefined) return send({ ...sending, vary: "Accept" }, malformed);
  const exchange: Exchange = { ...context, params, query: url.searchParams, headers: request.headers };
  send({ ...sending, vary: "Accept" }, replyTo(exchange));
}

function replyTo(exchange: Exchange): Reply | Refusal {
  try {
    return route(exchange);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** What is refused before the address is looked at: requests of strangers, and those from other sites. */
function refusedBefore(
  site: Site,
  { method, path, session, base }: Pick<Exchange, "method" | "path" | "session" | "base">,
  headers: http.IncomingHttpHeaders,
): Refusal | undefined {
  const needsLogin = site.isPrivate && !["login", "logo", "static"].includes(path[0] ?? "");
  if (needsLogin && session.user === undefined) return new Refusal(signIn, 403);
  const from = `${headers.referer ?? headers.origin ?? ""}/`;
  if (method !== "POST" || path.join("/").startsWith("api/push-git") || from.startsWith(base)) return undefined;
  return new Refusal(`POST requests should come from ‘${base}’.`);
}

/** The session of a cookie; a new one for a request without, or whose session has ended. */
function sessionOf(site: Site, header = ""): [string, Exchange["session"]] {
  const { sessions } = site.database;
  const given = /(?:^|;\s*)hydra_session=([^;]*)/.exec(header)?.[1] ?? "";
  const known = sessions.get(given);
  if (known !== undefined) return [given, known];
  const [id, session] = [randomBytes(20).toString("hex"), { user: undefined }];
  sessions.set(id, session);
  return [id, session];
}

const week = 7 * 24 * 60 * 60 * 1000;

/** A cookie as Catalyst writes it, with the older form of a date. */
function cookie(id: string): string {
  const expires = new Date(Date.now() + week).toUTCString().replace(/(\d\d) (\w\w\w) (\d{4})/, "$1-$2-$3");
  return `hydra_session=${id}; path=/; expires=${expires}; HttpOnly; SameSite=Lax`;
}

const malformed: Reply = {
  kind: "text",
  status: 400,
  text: "Content-Type application/json had a problem with your request.\r\n***ERROR***\r\nmalformed JSON string\n",
};

/** The fields of a body of JSON or of a form, or else of the query; undefined if the JSON is damaged. */
function paramsOf({ headers, body }: HydraRequest, query: URLSearchParams): Exchange["params"] | undefined {
  if (body === "") return Object.fromEntries(query);
  if (!/json/.test(headers["content-type"] ?? "")) return Object.fromEntries(new URLSearchParams(body));
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null ? { ...parsed } : {};
  } catch {
    return undefined;
  }
}
