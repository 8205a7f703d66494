import * as l10n from "@vscode/l10n";
import type { Outcome } from "../../outcome.ts";
import type { HydraMachine, HydraMachineBuild, Problem } from "../../protocol.ts";
import type { HydraApi, HydraBuildRow } from "../api.ts";
import { errorOf, evaluationProblem } from "../expression/evaluationErrors.ts";
import { BuildMemory } from "./buildMemory.ts";
import type { MachineJobset } from "./machineJobset.ts";

/** How many earlier builds of a job are requested to know how the one before ended. */
const earlierBuilds = 10;

/** What is known of a server's queue, and where more can be asked. */
export interface StatusSource {
  readonly api: HydraApi;
  readonly project: string;
  readonly memory: BuildMemory;
  /** Ids of builds, in the order of the queue. */
  readonly queue: readonly number[];
  /** Failed builds as they were shown before: how the build before ended is asked once. */
  readonly failed: Map<number, HydraMachineBuild>;
}

/** What Hydra knows about a machine. */
export async function machineStatus(
  source: StatusSource,
  machine: string,
  { state, newest, errors, job, build }: MachineJobset,
  signal?: AbortSignal,
): Promise<Outcome<HydraMachine>> {
  const shown = build && (await buildStatus(source, build, signal));
  if (shown !== undefined && "problem" in shown) return shown;
  const { api, project } = source;
  return {
    value: {
      url: api.url,
      project,
      machine,
      jobset: state.name,
      job,
      isEnabled: state.enabled !== 0,
      checkInterval: state.checkInterval,
      page: api.page(`/jobset/${project}/${encodeURIComponent(state.name)}`),
      checkedAt: state.lastCheckedAt === undefined ? undefined : isoTime(state.lastCheckedAt),
      ...(isPending(state) && { isEvaluating: true }),
      problem: jobsetProblem(state.fetchError, errors, job),
      evaluation: newest && { id: newest.id, at: isoTime(newest.at) },
      build: shown?.value,
    },
  };
}

function isPending({ triggeredAt, evaluatingSince }: MachineJobset["state"]): boolean {
  return triggeredAt !== undefined || evaluatingSince !== undefined;
}

/** Why the newest check of a jobset has no build of a job. */
function jobsetProblem(fetchError: string | undefined, errors: string, job: string): Problem | undefined {
  if (fetchError !== undefined && fetchError.trim() !== "")
    return {
      code: "hydra-inputs",
      severity: "error",
      message: l10n.t("Hydra cannot fetch an input of the jobset: {0}", fetchError.trim().split("\n")[0] ?? ""),
      detail: fetchError,
    };
  const error = errorOf(job, errors);
  return error && evaluationProblem(error);
}

/** A build that is compared with an evaluation here. */
export type ComparedBuild = HydraMachineBuild;

/** How a build is shown, without its place in the queue. */
export function comparedBuild(
  api: HydraApi,
  project: string,
  build: HydraBuildRow,
  signal?: AbortSignal,
): Promise<Outcome<ComparedBuild>> {
  return buildStatus({ api, project, memory: new BuildMemory(api), queue: [], failed: new Map() }, build, signal);
}

async function buildStatus(
  source: StatusSource,
  row: HydraBuildRow,
  signal: AbortSignal | undefined,
): Promise<Outcome<HydraMachineBuild>> {
  const { id, drvPath, outPath, queuedAt, stoppedAt } = row;
  const build = { id, drvPath, outPath, page: source.api.page(`/build/${id}`) };
  if (!row.isFinished) {
    const hasBegun = row.startedAt !== undefined ? ({ value: true } as const) : await source.api.hasStep(id, 1, signal);
    if ("problem" in hasBegun) return hasBegun;
    const place = source.queue.indexOf(id);
    return hasBegun.value
      ? { value: { ...build, state: "building", at: isoTime(row.startedAt ?? queuedAt) } }
      : {
          value: {
            ...build,
            state: "queued",
            at: isoTime(queuedAt),
            queuePosition: place === -1 ? undefined : place + 1,
          },
        };
  }
  const at = isoTime(stoppedAt ?? queuedAt);
  if (row.status === "succeeded" || row.status === "cancelled") return { value: { ...build, state: row.status, at } };
  const known = source.failed.get(id);
  if (known?.at === at) return { value: known };
  const before = await finishedBefore(source, row, signal);
  if ("problem" in before) return before;
  const isNewlyFailing = before.value === undefined || before.value.status === "succeeded";
  const failed = { ...build, state: "failed", at, isNewlyFailing } as const;
  source.failed.set(id, failed);
  return { value: failed };
}

/** The build of the same job that ended before, not counting cancelled ones. */
async function finishedBefore(
  { api, memory }: StatusSource,
  { id, project, jobset, job }: HydraBuildRow,
  signal: AbortSignal | undefined,
): Promise<Outcome<HydraBuildRow | undefined>> {
  const latest = await api.latestBuilds({ project, jobset, job }, earlierBuilds, signal);
  if ("problem" in latest) return latest;
  for (const earlier of latest.value.filter(each => each.isFinished && each.id < id)) {
    const builds = await memory.builds([earlier.id], signal);
    if ("problem" in builds) return builds;
    const [build] = builds.value;
    if (build?.status !== undefined && build.status !== "cancelled" && build.status !== "aborted")
      return { value: build };
  }
  return { value: undefined };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
