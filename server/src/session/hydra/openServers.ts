import * as v from "valibot";
import type { Connection } from "vscode-languageserver";
import { openHydra } from "../../hydra/client/open.ts";
import type { Log } from "../../logging/log.ts";
import type { HydraLogin, ServerRequests } from "../../protocol.ts";
import { hydraLogin } from "../../schemas/hydra.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Toolchain } from "../../toolchain/toolchain.ts";
import { toolchainConnections } from "./connections.ts";
import { HydraServers } from "./hydraServers.ts";

/** The Hydra servers of a session, whose logins its client keeps. */
export function openHydraServers(
  connection: Pick<Connection, "sendRequest">,
  log: Log,
  toolchain: Pick<Toolchain, "nix" | "config">,
  state: { readonly settings: () => Settings; readonly isTrusted: () => boolean },
): HydraServers {
  return new HydraServers({
    configured: () => {
      const { hydraUrl: url, hydraProject: project } = state.settings();
      return { url, project };
    },
    isTrusted: state.isTrusted,
    connections: toolchainConnections(toolchain),
    requestLogin: url => requestLogin(connection, log, url),
    open: openHydra,
  });
}

async function requestLogin(
  connection: Pick<Connection, "sendRequest">,
  log: Log,
  url: string,
): Promise<HydraLogin | null> {
  const method: keyof ServerRequests = "morph/hydraLogin";
  try {
    const answer: unknown = await connection.sendRequest(method, { url });
    const login = v.safeParse(v.nullish(hydraLogin, null), answer);
    if (login.success) return login.output;
    log.warning(`ignored: the login for ${url} is malformed`);
  } catch {
    // The error could contain what was sent.
    log.debug(`the client has no logins for Hydra servers: it is used without one`);
  }
  return null;
}
