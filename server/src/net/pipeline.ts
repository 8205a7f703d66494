import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { basicAuthorization } from "./address.ts";
import { AnswerReader, type PipelinedAnswer } from "./answerReader.ts";
import type { Connections } from "./connections.ts";
import type { RequestHeaders, Target } from "./redirect.ts";

/** Many requests to one server. */
export interface PipelinedRequests {
  readonly method: "GET" | "HEAD";
  /** The server's address, with its login. */
  readonly target: Target;
  /** Paths and queries: `/HASH.narinfo`. */
  readonly paths: readonly string[];
  /** The longest body (bytes). */
  readonly maxBytes: number;
  /** A server that is silent for this long is given up (ms). */
  readonly silence: number;
  readonly signal: AbortSignal;
  /** Called with each answer as it comes. @param index of its path. */
  readonly didAnswer: (index: number, answer: PipelinedAnswer) => void;
}

/** How many connections are used, and how many requests are sent over each before the first is answered. */
const [lanes, depth] = [4, 32];

/**
 * Sends many requests without waiting for each answer (HTTP/1.1 pipelining, RFC 9112, section 9.3.2): over a loopback or a slow line,
 * that is several times faster. Gives up at whatever is unusual: an answer of unknown length, one that is compressed or too large,
 * silence. The caller then asks in the usual way for what was not answered. Never rejects.
 */
export async function pipelined(requests: PipelinedRequests, connections: Connections): Promise<void> {
  const { paths, target } = requests;
  if (connections.usesProxy(target.url)) return;
  let next = 0;
  const take = () => (next < paths.length ? next++ : undefined);
  const count = Math.min(lanes, Math.ceil(paths.length / depth));
  await Promise.all(Array.from({ length: count }, () => lane(requests, connections, take).catch(() => undefined)));
}

/** One connection. Resolves when it has nothing more to do. Rejects if the certificates are malformed. */
function lane(
  { method, target, paths, maxBytes, silence, signal, didAnswer }: PipelinedRequests,
  connections: Connections,
  take: () => number | undefined,
): Promise<void> {
  return new Promise(resolve => {
    const socket = open(target.url, connections);
    const sent: number[] = [];
    const head = headText(target);
    const reader = new AnswerReader(method === "HEAD" ? undefined : maxBytes);
    const stop = () => socket.destroy();
    const fill = () => {
      let text = "";
      while (sent.length < depth) {
        const index = take();
        if (index === undefined) break;
        sent.push(index);
        text += `${method} ${paths[index]} HTTP/1.1\r\n${head}`;
      }
      if (text !== "") socket.write(text);
      else if (sent.length === 0) stop();
    };
    socket.setTimeout(silence, stop);
    socket.on("data", (chunk: Buffer) => {
      for (const answer of reader.read(chunk)) {
        const index = sent.shift();
        if (index === undefined) break;
        didAnswer(index, answer);
      }
      if (reader.isOver) socket.destroy();
      // Not one by one: a request of its own packet for each answer would cost as much as without pipelining.
      else if (sent.length <= depth / 2) fill();
    });
    socket.on("error", () => undefined);
    socket.once("close", () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    signal.addEventListener("abort", stop);
    if (signal.aborted) stop();
    else fill();
  });
}

function open(url: URL, connections: Connections): Socket {
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (url.protocol === "http:") return connectTcp({ host, port: Number(url.port || 80), noDelay: true });
  const servername = /^[\d.]+$|:/.test(host) ? "" : host;
  return connectTls({
    host,
    port: Number(url.port || 443),
    servername,
    ALPNProtocols: ["http/1.1"],
    ...connections.tls(),
  });
}

/** The header, which is the same for all. */
function headText({ url, headers, user, password }: Target): string {
  const all: RequestHeaders = {
    host: url.host,
    ...headers,
    ...((user !== undefined || password !== undefined) && {
      authorization: basicAuthorization({ user: user ?? "", password: password ?? "" }),
    }),
  };
  return `${Object.entries(all)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;
}
