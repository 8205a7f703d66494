import type http from "node:http";
import { gzipSync } from "node:zlib";
import { type Access, type Served, serve } from "./serve.ts";

/** How a cache answers for one of its files. */
export type Answer =
  /** Its text. */
  | string
  /** A status without more than a word. */
  | number
  | {
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Buffer;
      /** Time before the first byte (ms). */
      readonly delay?: number;
    }
  /** Accepts the request and never answers. */
  | "silent"
  /** Closes the connection. */
  | "hang up"
  /** Begins to answer and closes the connection. */
  | "hang up halfway"
  /** Sends as long as the client reads. */
  | "endless"
  /** Sends a byte a second. */
  | "trickle";

/** A binary cache that answers as a test says, without Nix. */
export interface FakeCache extends Served {
  /** File, such as `nix-cache-info` or `HASH.narinfo` -> answer. May be changed at any time. Others are answered with 404. */
  readonly answers: Map<string, Answer | ((request: http.IncomingMessage) => Answer)>;
}

/** The usual `nix-cache-info`. */
export function cacheInfo(storeDir = "/nix/store", more = ""): string {
  return `StoreDir: ${storeDir}\nWantMassQuery: 1\nPriority: 30\n${more}`;
}

export async function startFakeCache(
  files: Readonly<Record<string, Answer>> = { "nix-cache-info": cacheInfo() },
  access: Access = {},
): Promise<FakeCache> {
  const answers: FakeCache["answers"] = new Map(Object.entries(files));
  const served = await serve((request, response) => {
    const answer = answers.get((request.url ?? "").slice(1)) ?? 404;
    give(response, typeof answer === "function" ? answer(request) : answer);
  }, access);
  return { ...served, answers };
}

/** A few KB of gzip that are `bytes` of spaces. */
export function gzipBomb(bytes: number): Answer {
  return { headers: { "Content-Encoding": "gzip" }, body: gzipSync(Buffer.alloc(bytes, " ")) };
}

/** An answer that sends clients elsewhere. */
export function redirect(to: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 302, headers: { Location: to, ...headers } };
}

const chunk = Buffer.alloc(64 * 1024, "x: y\n");

function give(response: http.ServerResponse, answer: Answer): void {
  if (typeof answer === "number") return void response.writeHead(answer).end("No such path.\n");
  if (typeof answer === "object") {
    const { status = 200, headers = {}, body = "", delay = 0 } = answer;
    const send = () => void response.writeHead(status, headers).end(body);
    if (delay === 0) return send();
    const timer = setTimeout(send, delay);
    return void response.once("close", () => clearTimeout(timer));
  }
  switch (answer) {
    case "silent":
      return;
    case "hang up":
      return void response.destroy();
    case "hang up halfway":
      response.writeHead(200, { "Content-Length": "1000" });
      return void response.write("StorePath: /nix/store/", () => response.destroy());
    case "endless":
      response.writeHead(200);
      return flood(response);
    case "trickle": {
      response.writeHead(200);
      response.write("x");
      const timer = setInterval(() => response.write("x"), 1000);
      return void response.once("close", () => clearInterval(timer));
    }
    default:
      return void response.writeHead(200).end(answer);
  }
}

function flood(response: http.ServerResponse): void {
  while (!response.destroyed && response.write(chunk));
  response.once("drain", () => flood(response));
}
