import { readFile } from "node:fs/promises";
import path from "node:path";
import type { HydraApi } from "../../hydra/api.ts";
import { driftOf } from "../../hydra/jobset/drift.ts";
import { nixpkgsInput, pinFiles } from "../../hydra/jobset/nixpkgsInput.ts";
import { morphInput, plannedJobset, specOf } from "../../hydra/jobset/plannedJobset.ts";
import { gitInput, type Remote, readRemote } from "../../hydra/jobset/remote.ts";
import { repositoryWarnings } from "../../hydra/jobset/warnings.ts";
import type { Outcome } from "../../outcome.ts";
import type { HydraJobset, HydraJobsetParams, HydraJobsetPlan, HydraProject, Problem } from "../../protocol.ts";
import type { EvaluationContext } from "../context.ts";
import { type JobsetExpression, jobsetExpression } from "./expression.ts";

/** The Hydra server in the settings, and the names of its project. */
export interface PlanServer extends HydraProject {
  /** Absent: there is none, or it cannot be used yet. */
  readonly api?: HydraApi | undefined;
}

/** What the server has. */
interface Existing {
  readonly projectExists: boolean;
  readonly jobset?: HydraJobset | undefined;
  /** Why it is unknown what it has. */
  readonly problem?: Problem | undefined;
}

/** The most that is read of a file with pins (UTF-16 units). */
const maxLength = 4 * 1024 * 1024;

/**
 * What creating a jobset for machines would do: nothing is written or sent. If the server cannot be asked, the plan says why.
 * Problems: as of `jobsetExpression`.
 */
export async function planJobset(
  context: EvaluationContext,
  server: PlanServer,
  params: HydraJobsetParams,
  signal: AbortSignal,
): Promise<Outcome<HydraJobsetPlan>> {
  const found = await jobsetExpression(context, params, signal);
  if ("problem" in found) return found;
  const { files, repository, jobset: name, expressionPath } = found.value;
  const [existing, nixpkgs] = await Promise.all([
    existingJobset(server, name, signal),
    nixpkgsOf(found.value, await context.networks.textOf(params.uri)),
  ]);
  const remote = repository.remote && readRemote(repository.remote.url);
  const facts = { name, machines: params.machines, expressionPath, existing: existing.jobset };
  const inputs = {
    nixpkgs,
    network: networkInput(found.value, remote) ?? "",
    morph: found.value.hasOwnEvaluator ? undefined : morphInput(found.value.tools.evaluator.morphVersion),
  };
  const jobset = plannedJobset({ ...facts, inputs });
  const { api, url, project } = server;
  return {
    value: {
      url,
      project,
      jobset,
      ...(existing.jobset !== undefined && { drift: driftOf(existing.jobset, jobset) }),
      projectExists: existing.projectExists,
      ...(api !== undefined && { page: api.page(`/jobset/${project}/${name}`) }),
      ...(existing.problem !== undefined && { problem: existing.problem }),
      files,
      warnings: repositoryWarnings(repository, remote, files),
      spec: specOf(jobset),
    },
  };
}

function networkInput({ repository }: JobsetExpression, remote: Remote | undefined): string | undefined {
  return remote && repository.remote && gitInput(remote.url, repository.remote.branch);
}

async function existingJobset({ api, project }: PlanServer, name: string, signal: AbortSignal): Promise<Existing> {
  if (api === undefined) return { projectExists: false };
  const names = await api.jobsets(project, signal);
  if ("problem" in names) return { projectExists: false, problem: names.problem };
  if (names.value === undefined) return { projectExists: false };
  // Asked for in any case: a hidden one may be missing in the list.
  const jobset = await api.jobset(project, name, signal);
  if ("problem" in jobset) return { projectExists: true, problem: jobset.problem };
  return { projectExists: true, jobset: jobset.value };
}

/** Pins are beside the network, or in the root of the repository. */
async function nixpkgsOf({ network, repository }: JobsetExpression, text: string | undefined): Promise<string> {
  const pins = new Map<string, string>();
  for (const folder of new Set([path.dirname(network), repository.root]))
    for (const file of pinFiles) {
      const pinned = await readFile(path.join(folder, file), "utf8").catch(() => undefined);
      if (pinned !== undefined && pinned.length <= maxLength && !pins.has(file)) pins.set(file, pinned);
    }
  return nixpkgsInput(pins, text ?? "");
}
