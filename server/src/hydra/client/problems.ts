import * as l10n from "@vscode/l10n";
import { clientCommands } from "../../common/clientCommands.ts";
import type { FetchFailure } from "../../net/failure.ts";
import { errorProblem } from "../../outcome.ts";
import type { Problem } from "../../protocol.ts";

// What goes wrong with a Hydra server, as problems (docs/failures.md). None contains a login or a cookie.

/** The longest text of a server in a message, and in its detail (UTF-16 units). */
const [maxQuoted, maxDetail] = [300, 4000];

function connectFix() {
  return [{ title: l10n.t("Connect to Hydra..."), command: clientCommands.connectHydra }];
}

export function unreachable(url: string, reason: FetchFailure, detail: string): Problem {
  if (reason === "cancelled") return errorProblem("cancelled", l10n.t("Cancelled."));
  const isCertificate = /certificate|self[- ]signed|issuer|CERT_|altname/i.test(detail);
  const message = isCertificate
    ? l10n.t(
        "The certificate of the Hydra server {0} is not trusted. Add its authority to the certificates of Nix ('ssl-cert-file').",
        url,
      )
    : reason === "timed-out"
      ? l10n.t("The Hydra server {0} does not respond.", url)
      : l10n.t("The Hydra server {0} cannot be reached. Check the address, the network connection and the proxy.", url);
  return errorProblem("hydra-unreachable", message, detail.slice(0, maxDetail));
}

export function wrongLogin(url: string, user: string): Problem {
  const message = l10n.t("The Hydra server {0} does not accept the user name or password of {1}.", url, user);
  return { ...errorProblem("hydra-login", message), fixes: connectFix() };
}

export function signedOut(url: string): Problem {
  const message = l10n.t("The Hydra server {0} requires you to sign in.", url);
  return { ...errorProblem("hydra-signed-out", message), fixes: connectFix() };
}

/** @param roles that allow it, any one of them. */
export function missingRole(url: string, user: string | undefined, roles: readonly string[], said: string): Problem {
  const who = user ?? l10n.t("This user");
  const message =
    roles.length === 0
      ? l10n.t("{0} is not allowed to do this on the Hydra server {1}: {2}", who, url, quoted(said))
      : l10n.t(
          "{0} is not allowed to do this on the Hydra server {1}. It takes the role {2}, or the owner of the project.",
          who,
          url,
          roles.join(l10n.t(" or ")),
        );
  return { ...errorProblem("hydra-role", message, said.slice(0, maxDetail)), fixes: connectFix() };
}

/** @param answer what came instead of JSON. */
export function notHydra(url: string, answer: string): Problem {
  const message = l10n.t(
    "{0} does not answer as a Hydra server. Check the address; a proxy or a login page may be in between.",
    url,
  );
  return { ...errorProblem("hydra-not-hydra", message, answer.slice(0, maxDetail)), fixes: connectFix() };
}

export function moved(url: string, to: string): Problem {
  const message = l10n.t("The Hydra server {0} has moved to {1}. Connect to that address.", url, to);
  return { ...errorProblem("hydra-refused", message), fixes: connectFix() };
}

/** @param said in the server's words. */
export function refused(url: string, said: string): Problem {
  return errorProblem(
    "hydra-refused",
    l10n.t("The Hydra server {0} refuses: {1}", url, quoted(said)),
    said.slice(0, maxDetail),
  );
}

export function busy(url: string, status: number): Problem {
  return errorProblem(
    "hydra-unreachable",
    l10n.t("The Hydra server {0} is overloaded or being restarted (HTTP {1}). Try again later.", url, status),
  );
}

export function noProject(url: string, project: string): Problem {
  const message = l10n.t("The Hydra server {0} does not have the project '{1}'.", url, project);
  return { ...errorProblem("hydra-no-project", message), fixes: connectFix() };
}

export function noJobset(project: string, jobset: string): Problem {
  return errorProblem(
    "hydra-no-jobset",
    l10n.t("The project '{0}' in Hydra does not have the jobset '{1}'.", project, jobset),
  );
}

export function disabled(project: string, jobset: string): Problem {
  return errorProblem(
    "hydra-disabled",
    l10n.t("The jobset '{0}' or its project '{1}' is disabled in Hydra. Enable it first.", jobset, project),
  );
}

export function noBuild(url: string, build: number): Problem {
  return errorProblem("hydra-refused", l10n.t("The Hydra server {0} does not have the build {1}.", url, build));
}

function quoted(said: string): string {
  const line = said.trim().split("\n", 1)[0] ?? "";
  return line.length > maxQuoted ? `${line.slice(0, maxQuoted)}…` : line;
}
