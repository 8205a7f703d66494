import type { Connections } from "../../net/connections.ts";
import type { HydraLogin } from "../../protocol.ts";

/** What a client of a Hydra server needs from outside. */
export interface HydraAccess {
  /** With the proxies and certificates of the moment. */
  readonly connections: () => Promise<Connections>;
  /** The login for the server, asked for when it is needed. Null: none. */
  readonly login: () => Promise<HydraLogin | null>;
}
