import * as l10n from "@vscode/l10n";
import { clientCommands } from "../../common/clientCommands.ts";
import { errorProblem } from "../../outcome.ts";
import { notificationSchemas } from "../../schemas/requests.ts";
import { onNotification, requestError } from "../client/incoming.ts";
import type { CurrentHydra } from "../hydra/hydraServers.ts";
import type { SessionContext } from "./context.ts";

/** Forgets a login when the client says that it has changed. */
export function registerHydra(session: SessionContext): void {
  const method = "morph/hydraLoginDidChange";
  onNotification(session, method, notificationSchemas[method], ({ url }) => {
    session.hydra.forget(url);
    session.hydraMachines.didConfigure();
  });
}

/** The Hydra server in the settings. Problem: `no-hydra`. */
export function requireHydra(session: Pick<SessionContext, "hydraOf">): CurrentHydra {
  const current = session.hydraOf();
  if (current !== undefined) return current;
  const problem = errorProblem("no-hydra", l10n.t("No Hydra server is set. Connect to one first."));
  const fixes = [{ title: l10n.t("Connect to Hydra..."), command: clientCommands.connectHydra }];
  throw requestError({ ...problem, fixes });
}
