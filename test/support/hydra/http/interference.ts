import type http from "node:http";
import type { HydraRequest } from "./site.ts";

/** What can go wrong between a client and a server, or in front of it. */
export interface Interference {
  /** Tested against `GET /path?query`. */
  readonly requests: RegExp;
  readonly answer:
    | {
        readonly status: number;
        readonly headers?: Readonly<Record<string, string>>;
        readonly body?: string;
      }
    /** A page with status 200, like the login page of a proxy. */
    | "html"
    /** Closes the connection. */
    | "hang up"
    /** Never answers. */
    | "silent"
    /** Begins the server's own answer and closes the connection after that many bytes of its body. */
    | { readonly cutAfter: number };
  /** To how many requests it happens. Default: to all until it is taken back. */
  readonly times?: number;
}

export interface Interferences {
  /** Returns a function that takes it back. */
  add(what: Interference): () => void;
  /** Whether the request was answered. */
  handle(request: HydraRequest, response: http.ServerResponse): boolean;
}

export function startInterferences(): Interferences {
  const active = new Map<Interference, number>();
  return {
    add: what => {
      active.set(what, what.times ?? Number.POSITIVE_INFINITY);
      return () => void active.delete(what);
    },
    handle: (request, response) => {
      const found = [...active].find(([{ requests }]) => requests.test(`${request.method} ${request.path}`));
      if (found === undefined) return false;
      const [what, left] = found;
      if (left <= 1) active.delete(what);
      else active.set(what, left - 1);
      return disturb(response, what.answer);
    },
  };
}

function disturb(response: http.ServerResponse, answer: Interference["answer"]): boolean {
  if (answer === "silent") return true;
  if (answer === "hang up") {
    response.destroy();
    return true;
  }
  if (answer === "html") {
    const page = "<!DOCTYPE html>\n<html><head><title>Please sign in</title></head><body></body></html>\n";
    response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page);
    return true;
  }
  if ("cutAfter" in answer) {
    cut(response, answer.cutAfter);
    return false;
  }
  response.writeHead(answer.status, { "Content-Type": "text/html", ...answer.headers }).end(answer.body ?? "");
  return true;
}

/** Lets only the first bytes of an answer pass. */
function cut(response: http.ServerResponse, bytes: number): void {
  const write = response.write.bind(response);
  let left = bytes;
  response.write = ((chunk: Buffer | string) => {
    const part = Buffer.from(chunk).subarray(0, left);
    left -= part.length;
    const isLast = left === 0;
    write(part, () => isLast && response.destroy());
    return !isLast;
  }) as typeof response.write;
}
