import type { HydraApi } from "../../hydra/api.ts";
import type { HydraAccess } from "../../hydra/client/access.ts";
import type { HydraClient } from "../../hydra/client/open.ts";
import type { Connections } from "../../net/connections.ts";
import type { Outcome } from "../../outcome.ts";
import type { HydraConnection, HydraLogin, HydraProject } from "../../protocol.ts";

/** The Hydra server in the settings. */
export interface CurrentHydra {
  readonly api: HydraApi;
  readonly project: string;
}

/** What Hydra servers need from a session. */
export interface HydraPorts {
  /** The server in the settings; its address is empty if there is none. */
  readonly configured: () => HydraProject;
  readonly isTrusted: () => boolean;
  readonly connections: () => Promise<Connections>;
  /** Asks the client for the login for a server. Never rejects. */
  readonly requestLogin: (url: string) => Promise<HydraLogin | null>;
  readonly open: (url: string, access: HydraAccess) => HydraClient;
}

/** The Hydra servers of a session: one client for each address, with its session and its login, in memory only. */
export class HydraServers {
  readonly #ports: HydraPorts;
  readonly #clients = new Map<string, HydraClient>();
  /** Logins that were entered in this session and are right, by the address of their server. */
  readonly #logins = new Map<string, HydraLogin>();

  constructor(ports: HydraPorts) {
    this.#ports = ports;
  }

  /** Undefined: the settings name no server, or the workspace is not trusted. */
  current(): CurrentHydra | undefined {
    const { url, project } = this.#ports.configured();
    return url === "" || !this.#ports.isTrusted() ? undefined : { api: this.#client(url), project };
  }

  /** Connects to a server. A login that is right replaces the one of before. */
  async connect(
    { url, project, login }: HydraProject & { readonly login?: HydraLogin | undefined },
    signal: AbortSignal,
  ): Promise<Outcome<HydraConnection>> {
    if (login === undefined) return this.#client(url).connect(project, signal);
    const client = this.#open(url, () => Promise.resolve(login));
    const connected = await client.connect(project, signal);
    if ("problem" in connected) return connected;
    this.forget(url);
    this.#logins.set(url, login);
    return connected;
  }

  /** Forgets the login and the session of a server. */
  forget(url: string): void {
    this.#logins.delete(url);
    this.#clients.get(url)?.signOut();
  }

  #client(url: string): HydraClient {
    const client =
      this.#clients.get(url) ??
      this.#open(url, async () => this.#logins.get(url) ?? (await this.#ports.requestLogin(url)));
    this.#clients.set(url, client);
    return client;
  }

  #open(url: string, login: HydraAccess["login"]): HydraClient {
    return this.#ports.open(url, { connections: this.#ports.connections, login });
  }
}
