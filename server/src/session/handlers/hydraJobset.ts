import * as l10n from "@vscode/l10n";
import { type PlanServer, planJobset } from "../../evaluation/hydra/jobsetPlan.ts";
import { errorProblem, type Outcome } from "../../outcome.ts";
import type { HydraJobsetParams, HydraJobsetPlan, Requests } from "../../protocol.ts";
import type { SessionContext } from "./context.ts";

/** What creating a jobset for machines would do. */
export function planOf(
  session: SessionContext,
  params: HydraJobsetParams,
  signal: AbortSignal,
): Promise<Outcome<HydraJobsetPlan>> {
  return planJobset(session.evaluation, serverOf(session), params, signal);
}

/**
 * Creates or updates a jobset on the server of the settings, and its project if it does not exist. Problems: `hydra-changed` if the
 * settings name another server by now, and those of Hydra.
 */
export async function createJobset(
  session: SessionContext,
  { url, project, jobset }: Requests["morph/createHydraJobset"]["params"],
  signal: AbortSignal,
): Promise<Outcome<null>> {
  const { api, ...current } = serverOf(session);
  if (api === undefined || current.url !== url || current.project !== project)
    return {
      problem: errorProblem(
        "hydra-changed",
        l10n.t("The Hydra server or project in the settings has changed. Show the jobset again."),
      ),
    };
  const names = await api.jobsets(project, signal);
  if ("problem" in names) return names;
  if (names.value === undefined) {
    const created = await api.createProject(project, project, signal);
    if ("problem" in created) return created;
  }
  return api.putJobset(project, jobset, signal);
}

function serverOf(session: SessionContext): PlanServer {
  const current = session.hydraOf();
  if (current === undefined) return { url: "", project: session.evaluation.settings().hydraProject };
  return { url: current.api.url, project: current.project, api: current.api };
}
