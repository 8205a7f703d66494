import * as l10n from "@vscode/l10n";
import type { BuildAt } from "../../builds/builds.ts";
import { jobName } from "../../hydra/expression/names.ts";
import { findJobsetOfMachine } from "../../hydra/status/machineJobset.ts";
import { errorProblem } from "../../outcome.ts";
import type { BuildSummary, HydraPlace, Place } from "../../protocol.ts";
import { requestError } from "../client/incoming.ts";
import type { SessionContext } from "./context.ts";
import { requireHydra } from "./hydraConnection.ts";

/** How long a client waits for what Hydra has of a machine, before it can choose another place (ms). */
const patience = 3000;

type Session = Pick<SessionContext, "hydraOf" | "hydraMachines">;

/** What a build needs to know of its place. Problem: `no-hydra`. */
export function buildAt(session: Session, place: Place, uri: string, machine: string): BuildAt {
  if (place.kind !== "hydra") return { place };
  const { url } = requireHydra(session).api;
  const known = session.hydraMachines.machine(uri, machine);
  const isSame = known?.url === url && known.project === place.project && known.jobset === place.jobset;
  return { place, hydra: { url, job: isSame ? known.job : jobName(machine) } };
}

/** Hydra as a place for a machine; undefined if the settings name none. What is known already is not requested again. */
export async function hydraPlace(session: Session, uri: string, machine: string): Promise<HydraPlace | undefined> {
  const current = session.hydraOf();
  if (current === undefined) return undefined;
  const { url } = current.api;
  const known = session.hydraMachines.machine(uri, machine);
  if (known?.url === url) return { url, place: { kind: "hydra", project: known.project, jobset: known.jobset } };
  const signal = AbortSignal.timeout(patience);
  const found = await findJobsetOfMachine(current.api, current.project, machine, signal);
  if ("problem" in found) return { url, problem: found.problem };
  if (found.value === undefined) return { url };
  return { url, place: { kind: "hydra", project: current.project, jobset: found.value.state.name } };
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
