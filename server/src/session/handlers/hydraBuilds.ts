import * as l10n from "@vscode/l10n";
import type { BuildAt } from "../../builds/builds.ts";
import { errorProblem } from "../../outcome.ts";
import type { BuildSummary, Place } from "../../protocol.ts";
import { requestError } from "../client/incoming.ts";
import type { SessionContext } from "./context.ts";
import { requireHydra } from "./hydraConnection.ts";

/** What a build needs to know of its place. Problem: `no-hydra`. */
export function buildAt(session: Pick<SessionContext, "hydraOf">, place: Place, machine: string): BuildAt {
  if (place.kind !== "hydra") return { place };
  return { place, hydra: { url: requireHydra(session).api.url, job: machine } };
}

/** A build that Hydra has started by itself. Problems: `no-hydra`, `hydra-no-build`, and those of Hydra. */
export async function hydraBuildAt(
  session: Pick<SessionContext, "hydraOf">,
  id: number,
  signal: AbortSignal,
): Promise<Required<BuildAt>> {
  const { api } = requireHydra(session);
  const build = await api.build(id, signal);
  if ("problem" in build) throw requestError(build.problem);
  if (build.value === undefined)
    throw requestError(errorProblem("hydra-no-build", l10n.t("Hydra has no build {0}.", id)));
  const { project, jobset, job } = build.value;
  return { place: { kind: "hydra", project, jobset }, hydra: { url: api.url, job, build: id } };
}

/** The same build, started again by Hydra. Problems: `no-hydra`, `not-on-hydra`. */
export function restartedAt(
  session: Pick<SessionContext, "hydraOf">,
  { hydra, place, machine }: BuildSummary,
): BuildAt {
  const { api } = requireHydra(session);
  if (hydra?.build === undefined || hydra.url !== api.url)
    throw requestError(
      errorProblem("not-on-hydra", l10n.t("{0}: this is not a build of the Hydra server in the settings.", machine)),
    );
  return { place, hydra: { url: hydra.url, job: hydra.job ?? machine, build: hydra.build, restart: true } };
}
