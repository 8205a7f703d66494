import type { Connections } from "../../net/connections.ts";
import { errorProblem } from "../../outcome.ts";
import type { HydraLogin } from "../../protocol.ts";
import type { HydraApi } from "../api.ts";

/** What a client of a Hydra server needs from outside. */
export interface HydraAccess {
  /** With the proxies and certificates of the moment. */
  readonly connections: () => Promise<Connections>;
  /** The login for the server, asked for when it is needed. Null: none. */
  readonly login: () => Promise<HydraLogin | null>;
}

/** A client of one Hydra server, with its session. */
export interface HydraClient extends HydraApi {
  /** Forgets the session; the login is asked for again when it is needed. */
  signOut(): void;
}

/** Opens a client of a server. Sends nothing yet. @param url its base address, without a slash at the end. */
export function openHydra(url: string, _access: HydraAccess): HydraClient {
  const missing = () =>
    Promise.resolve({ problem: errorProblem("hydra-unreachable", `${url} is not connected.`) } as const);
  return {
    url,
    page: path => `${url}${path}`,
    signOut: () => undefined,
    connect: missing,
    jobsets: missing,
    createProject: missing,
    jobset: missing,
    putJobset: missing,
    trigger: missing,
    evaluationErrors: missing,
    evaluations: missing,
    evaluation: missing,
    build: missing,
    latestBuilds: missing,
    steps: missing,
    hasStep: missing,
    log: missing,
    logTail: missing,
    queue: missing,
    restart: missing,
    cancel: missing,
  };
}
