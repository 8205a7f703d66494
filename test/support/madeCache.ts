import http from "node:http";
import type { AddressInfo } from "node:net";
import { Connections } from "../../server/src/net/connections.ts";
import type { CacheAccess } from "../../server/src/signing/caches/ask.ts";
import { nixRules } from "../../server/src/signing/formats/rules.ts";
import { exited, fakeNix } from "./fakeNix.ts";

/** How a cache answers for a file: a text, a status, hanging up, or whatever a function does. */
export type MadeAnswer =
  | string
  | number
  | "hang up"
  | ((request: http.IncomingMessage, response: http.ServerResponse) => void);

/** A binary cache in this process, for answers that no real one gives. */
export interface MadeCache {
  readonly url: string;
  /** File name, as in `nix-cache-info` -> the answer; others are not there. */
  readonly files: Map<string, MadeAnswer>;
  /** All requests so far, such as `GET nix-cache-info`. */
  readonly requests: string[];
  /** The most connections that were open at a time. */
  mostOpen(): number;
  stop(): void;
}

export const madeCacheInfo = "StoreDir: /nix/store\nWantMassQuery: 1\nPriority: 30\n";

export async function startMadeCache(files: Readonly<Record<string, MadeAnswer>> = {}): Promise<MadeCache> {
  const known = new Map<string, MadeAnswer>(Object.entries({ "nix-cache-info": madeCacheInfo, ...files }));
  const requests: string[] = [];
  let [open, most] = [0, 0];
  const server = http.createServer((request, response) => {
    const name = (request.url ?? "").slice(1);
    requests.push(`${request.method} ${name}`);
    const answer = known.get(name) ?? 404;
    if (typeof answer === "function") return answer(request, response);
    if (answer === "hang up") return void request.socket.destroy();
    response.statusCode = typeof answer === "number" ? answer : 200;
    response.end(typeof answer === "number" ? "" : answer);
  });
  server.on("connection", socket => {
    most = Math.max(most, ++open);
    socket.once("close", () => open--);
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    files: known,
    requests,
    mostOpen: () => most,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

/** How caches are queried in tests. Nix fails. */
export function cacheAccess(fields: Partial<CacheAccess> = {}): CacheAccess {
  return {
    connections: new Connections(),
    nix: fakeNix(() => exited(1, "", "error: no such store")),
    storageDir: undefined,
    storeDir: "/nix/store",
    rules: nixRules("2.8.0"),
    ...fields,
  };
}
