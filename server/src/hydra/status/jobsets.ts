import type { Outcome } from "../../outcome.ts";
import { createQueue } from "../../util/queue.ts";
import type { HydraApi, HydraEvaluationRow, JobsetState } from "../api.ts";

/** A jobset with its newest evaluation. */
export interface KnownJobset {
  readonly state: JobsetState;
  /** Absent: there is none with builds. */
  readonly newest?: HydraEvaluationRow | undefined;
  /** The errors of the newest check, in Hydra's words; empty if there are none. */
  readonly errors: string;
}

/** The most jobsets of a project that are read. */
const maxJobsets = 200;

/** How many requests are made in parallel. */
const parallel = 4;

/** The jobset of a declarative project that creates the others. */
const declarative = ".jobsets";

/**
 * Reads the jobsets of a project, those that are off last. Empty if there is no such project.
 *
 * @param before as read earlier: the evaluations and errors of a jobset are requested again only if it has been checked since.
 */
export async function readJobsets(
  api: HydraApi,
  project: string,
  before: readonly KnownJobset[] = [],
  signal?: AbortSignal,
): Promise<Outcome<readonly KnownJobset[]>> {
  const names = await api.jobsets(project, signal);
  if ("problem" in names) return names;
  const wanted = (names.value ?? []).filter(name => name !== declarative).slice(0, maxJobsets);
  const queue = createQueue(parallel);
  const read = await Promise.all(wanted.map(name => queue(() => readJobset(api, project, name, before, signal))));
  const found: KnownJobset[] = [];
  for (const each of read) {
    if ("problem" in each) return each;
    if (each.value !== undefined) found.push(each.value);
  }
  return { value: found.toSorted((one, other) => Number(isOff(one)) - Number(isOff(other))) };
}

/** Undefined: it has been removed in the meantime. */
async function readJobset(
  api: HydraApi,
  project: string,
  name: string,
  before: readonly KnownJobset[],
  signal: AbortSignal | undefined,
): Promise<Outcome<KnownJobset | undefined>> {
  const jobset = await api.jobset(project, name, signal);
  if ("problem" in jobset) return jobset;
  const { value: state } = jobset;
  if (state === undefined) return { value: undefined };
  const known = before.find(each => each.state.name === state.name);
  if (known !== undefined && known.state.lastCheckedAt === state.lastCheckedAt) return { value: { ...known, state } };
  if (state.lastCheckedAt === undefined) return { value: { state, errors: "" } };
  const evaluations = await api.evaluations(project, state.name, signal);
  if ("problem" in evaluations) return evaluations;
  const errors = await api.evaluationErrors(project, state.name, signal);
  if ("problem" in errors) return errors;
  return { value: { state, newest: evaluations.value[0], errors: errors.value } };
}

function isOff({ state }: KnownJobset): boolean {
  return state.enabled === 0;
}
