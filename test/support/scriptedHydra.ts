import type http from "node:http";
import { after } from "node:test";
import { type HydraClient, openHydra } from "../../server/src/hydra/client/open.ts";
import { Connections } from "../../server/src/net/connections.ts";
import type { Outcome } from "../../server/src/outcome.ts";
import type { HydraLogin } from "../../server/src/protocol.ts";
import { type Served, serve } from "./serve.ts";

/** A request as a server has received it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** An answer: status, then JSON (or a text, sent as it is), then headers. */
export type Reply = readonly [status: number, body?: unknown, headers?: Readonly<Record<string, string>>];

/** A server whose answers a test scripts. */
export interface Scripted extends Served {
  readonly received: readonly Received[];
}

const running: { stop(): Promise<void> }[] = [];
const connections = new Connections();
after(async () => {
  connections.close();
  for (const each of running) await each.stop();
});

/** Starts a server. @param reply answers a request; undefined: nothing is answered. */
export async function scripted(reply: (request: Received) => Reply | undefined): Promise<Scripted> {
  const received: Received[] = [];
  const served = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method = "", url: path = "", headers } = request;
      const each = { method, path, headers, body: Buffer.concat(chunks).toString() };
      received.push(each);
      const [status, body = "", more = {}] = reply(each) ?? [0];
      if (status === 0) return void response.destroy();
      const isText = typeof body === "string" || Buffer.isBuffer(body);
      const bytes = isText ? body : JSON.stringify(body);
      const type = isText ? "text/html" : "application/json";
      const length = "transfer-encoding" in more ? {} : { "content-length": Buffer.byteLength(bytes) };
      response.writeHead(status, { "content-type": type, ...length, ...more });
      response.end(method === "HEAD" ? undefined : bytes);
    });
  });
  running.push(served);
  return { ...served, received };
}

export const alice: HydraLogin = { user: "alice", password: "correct horse" };

/** A client. @param login null: there is none. */
export function clientOf(url: string, login: HydraLogin | null = alice): HydraClient {
  return openHydra(url, { connections: () => Promise.resolve(connections), login: () => Promise.resolve(login) });
}

/** The value of an outcome. @throws its problem. */
export function resultOf<T>(outcome: Outcome<T>): T {
  if ("problem" in outcome) throw new Error(`${outcome.problem.code}: ${outcome.problem.message}`);
  return outcome.value;
}

/** The code of the problem; undefined: there is none. */
export function codeOf(outcome: Outcome<unknown>): string | undefined {
  return "problem" in outcome ? outcome.problem.code : undefined;
}

/** A server that needs a session for everything below `/jobset` and `/api`, and ends sessions when a test says so. */
export async function withSessions(
  reply: (request: Received) => Reply | undefined,
  { password = alice.password }: { readonly password?: string } = {},
): Promise<Scripted & { expire(): void; logins(): number }> {
  let [session, logins] = [0, 0];
  const server = await scripted(request => {
    if (request.path === "/login") {
      logins++;
      const { username, password: given } = JSON.parse(request.body);
      if (given !== password) return [403, { error: "Bad username or password." }];
      const user = { username, fullname: "", emailaddress: "", userroles: ["eval-jobset"] };
      const cookie = `hydra_session=s${++session}; path=/; HttpOnly; SameSite=Lax`;
      return [302, user, { location: `${server.url}/current-user`, "set-cookie": cookie }];
    }
    if (request.headers.cookie !== `hydra_session=s${session}`)
      return [
        403,
        { error: "This page requires you to sign in." },
        { "set-cookie": "hydra_session=anonymous; path=/" },
      ];
    return reply(request);
  });
  const expire = () => {
    session = 1000;
  };
  return { ...server, expire, logins: () => logins };
}
