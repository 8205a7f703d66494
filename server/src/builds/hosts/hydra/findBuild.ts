import type { HydraApi, HydraBuildRow } from "../../../hydra/api.ts";
import type { Outcome } from "../../../outcome.ts";
import type { JobOf } from "./problems.ts";

/** The build of a job in an evaluation. */
export interface FoundBuild {
  readonly evaluation: number;
  readonly build: HydraBuildRow;
}

/** The builds of an evaluation with at most this many are searched one by one. */
const fewBuilds = 4;

/** How much of the queue is searched for the builds of an evaluation. */
const maxQueue = 1000;

type Asked = Pick<HydraApi, "evaluations" | "build" | "latestBuilds" | "queue">;

/** Finds the build of a job in the newest evaluation of its jobset, with few requests. Undefined: the evaluation has no such job. */
export async function findBuild(api: Asked, of: JobOf, signal: AbortSignal): Promise<Outcome<FoundBuild | undefined>> {
  const evaluations = await api.evaluations(of.project, of.jobset, signal);
  if ("problem" in evaluations) return evaluations;
  const newest = evaluations.value[0];
  if (newest === undefined) return { value: undefined };
  const candidates = await candidatesIn(newest.builds, api, of, signal);
  if ("problem" in candidates) return candidates;
  for (const id of candidates.value) {
    const build = await api.build(id, signal);
    if ("problem" in build) return build;
    if (build.value?.job === of.job) return { value: { evaluation: newest.id, build: build.value } };
  }
  return { value: undefined };
}

/** The ids of builds that may be the one: the newest finished one of the job, and those in the queue, before all others. */
async function candidatesIn(
  builds: readonly number[],
  api: Asked,
  of: JobOf,
  signal: AbortSignal,
): Promise<Outcome<readonly number[]>> {
  if (builds.length <= fewBuilds) return { value: builds };
  const finished = await api.latestBuilds(of, 1, signal);
  if ("problem" in finished) return finished;
  const queued = await api.queue(maxQueue, signal);
  if ("problem" in queued) return queued;
  const members = new Set(builds);
  const likely = [...finished.value.map(({ id }) => id), ...queued.value].filter(id => members.has(id));
  return { value: [...new Set([...likely, ...builds])] };
}
