import http from "node:http";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";

/** How a server answers. */
export type Answer =
  | string
  | Buffer
  | { readonly kind: "status"; readonly code: number }
  | { readonly kind: "redirect"; readonly location: string }
  | { readonly kind: "slow"; readonly ms: number; readonly text: string }
  | { readonly kind: "gzip"; readonly text: string; readonly isSaid: boolean };

export interface AnswerServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** Serves what `answer` says for a path of a URL and the login that came with it (`user:password`); undefined: 404. */
export async function startServer(
  answer: (path: string, login: string | undefined) => Answer | undefined,
): Promise<AnswerServer> {
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const basic = /^Basic (.*)$/.exec(request.headers.authorization ?? "")?.[1];
    const login = basic && Buffer.from(basic, "base64").toString();
    void respond(response, answer(decodeURIComponent(pathname), login) ?? { kind: "status", code: 404 });
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(response: http.ServerResponse, answer: Answer): Promise<void> {
  if (typeof answer === "string" || Buffer.isBuffer(answer)) return void response.end(answer);
  switch (answer.kind) {
    case "status":
      return void response.writeHead(answer.code).end();
    case "redirect":
      return void response.writeHead(302, { Location: answer.location }).end();
    case "slow":
      return void setTimeout(() => response.end(answer.text), answer.ms);
    case "gzip":
      return void response
        .writeHead(200, answer.isSaid ? { "Content-Encoding": "gzip" } : {})
        .end(gzipSync(answer.text));
  }
}
