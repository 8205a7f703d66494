import type { HydraApi, JobsetState } from "../../../hydra/api.ts";
import { errorOf, evaluationProblem, type JobError } from "../../../hydra/expression/evaluationErrors.ts";
import type { Outcome } from "../../../outcome.ts";
import type { Problem } from "../../../protocol.ts";
import type { HydraProgress } from "./files.ts";
import { type FoundBuild, findBuild } from "./findBuild.ts";
import { inputsFailed, type JobOf, noJob, noJobset } from "./problems.ts";

/** A problem of an evaluation, with its place in the workspace. `network`: its URI. */
export type Locate = (network: string, error: JobError, problem: Problem) => Promise<Problem>;

/** What the next look has found. */
export interface EvaluationStep {
  readonly progress: Partial<HydraProgress>;
  /** The evaluation has ended, and this build is to be followed. */
  readonly found?: FoundBuild;
}

/** A request of which Hydra shows no trace for this long has been carried out already (ms). */
const noTrace = 15_000;

/** What a jobset is before an evaluation of it is requested. */
export async function beforeEvaluation(
  api: Pick<HydraApi, "jobset">,
  of: JobOf,
  now: number,
  signal: AbortSignal,
): Promise<Outcome<Partial<HydraProgress>>> {
  const jobset = await api.jobset(of.project, of.jobset, signal);
  if ("problem" in jobset) return jobset;
  if (jobset.value === undefined) return { problem: noJobset(of) };
  return { value: { phase: "asking", askedAt: now, checkedBefore: jobset.value.lastCheckedAt } };
}

/** Looks how far the requested evaluation of a jobset is. A problem that does not pass is that of the evaluation. */
export async function lookAtEvaluation(
  api: HydraApi,
  of: JobOf,
  progress: HydraProgress,
  now: number,
  locate: (error: JobError, problem: Problem) => Promise<Problem>,
  signal: AbortSignal,
): Promise<Outcome<EvaluationStep>> {
  const jobset = await api.jobset(of.project, of.jobset, signal);
  if ("problem" in jobset) return jobset;
  if (jobset.value === undefined) return { problem: noJobset(of) };
  const phase = phaseOf(jobset.value, progress, now);
  if (phase !== "evaluated") return { value: { progress: { phase } } };
  if (jobset.value.fetchError !== undefined) return { problem: inputsFailed(of, jobset.value.fetchError) };
  const errors = await api.evaluationErrors(of.project, of.jobset, signal);
  if ("problem" in errors) return errors;
  const error = errorOf(of.job, errors.value);
  if (error !== undefined) return { problem: await locate(error, evaluationProblem(error)) };
  const found = await findBuild(api, of, signal);
  if ("problem" in found) return found;
  return found.value === undefined ? { problem: noJob(of) } : { value: { progress: {}, found: found.value } };
}

/**
 * The three states of a requested evaluation. A request that comes during an evaluation stays pending: Hydra then evaluates once more.
 */
export function phaseOf(
  {
    triggeredAt,
    evaluatingSince,
    lastCheckedAt,
  }: Pick<JobsetState, "triggeredAt" | "evaluatingSince" | "lastCheckedAt">,
  { checkedBefore, askedAt = 0 }: Pick<HydraProgress, "checkedBefore" | "askedAt">,
  now: number,
): HydraProgress["phase"] {
  if (evaluatingSince !== undefined) return "evaluating";
  if (triggeredAt !== undefined) return "pending";
  return lastCheckedAt !== checkedBefore || now - askedAt >= noTrace ? "evaluated" : "pending";
}
