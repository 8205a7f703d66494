import type * as v from "valibot";
import type { Outcome } from "../../outcome.ts";
import type { HydraApi, HydraBuildRow, HydraBuildStatus, HydraEvaluationRow } from "../api.ts";
import { buildAnswer, buildsAnswer, evaluationAnswer, evaluationsAnswer } from "./answers.ts";
import { aboutJobset } from "./jobsets.ts";
import { noBuild, noJobset } from "./problems.ts";
import type { Transport } from "./transport.ts";

type BuildRequests = Pick<
  HydraApi,
  "evaluations" | "evaluation" | "build" | "latestBuilds" | "queue" | "restart" | "cancel"
>;

/** How far into the queue builds of a job are searched. */
const searchedQueue = 500;

/** Requests about evaluations and builds. */
export function buildRequests(transport: Transport): BuildRequests {
  const list = async (path: string, signal?: AbortSignal) => {
    const answer = await transport.json(buildsAnswer, { method: "GET", path, signal });
    return "problem" in answer ? answer : { value: answer.value ?? [] };
  };
  const act = async (build: number, action: "restart" | "cancel", roles: readonly string[], signal?: AbortSignal) => {
    const path = `/build/${build}/${action}`;
    const sent = await transport.send({ method: "GET", path, isAction: true, roles, signal });
    if ("problem" in sent) return sent;
    return sent.value.status === 404 ? { problem: noBuild(transport.url, build) } : { value: null };
  };
  return {
    evaluations: async (project, jobset, signal) => {
      const sent = await aboutJobset(transport, project, jobset, "/evals", { method: "GET", signal });
      if ("problem" in sent) return sent;
      if (sent.value.status === 404) return { problem: noJobset(project, jobset) };
      const answer = transport.parse(evaluationsAnswer, sent.value);
      return "problem" in answer ? answer : { value: answer.value.evals.map(evaluationRow) };
    },
    evaluation: async (id, signal) => {
      const answer = await transport.json(evaluationAnswer, { method: "GET", path: `/eval/${id}`, signal });
      return "problem" in answer ? answer : { value: answer.value && evaluationRow(answer.value) };
    },
    build: async (id, signal) => {
      const answer = await transport.json(buildAnswer, { method: "GET", path: `/build/${id}`, signal });
      return "problem" in answer ? answer : { value: answer.value && buildRow(answer.value) };
    },
    latestBuilds: async ({ project, jobset, job }, count, signal) => {
      const query = new URLSearchParams({ nr: String(count), project, jobset, job });
      // The latest builds are those that have finished; the others are in the queue of all jobsets.
      const [finished, queue] = await Promise.all([
        list(`/api/latestbuilds?${query}`, signal),
        list(`/api/queue?nr=${searchedQueue}`, signal),
      ]);
      if ("problem" in finished) return finished;
      if ("problem" in queue) return queue;
      const ours = queue.value.filter(each => each.project === project && each.jobset === jobset && each.job === job);
      const ids = new Map([...finished.value, ...ours].map(each => [each.id, each.finished]));
      const rows = [...ids].map(([id, isFinished]) => ({ id, isFinished })).sort((a, b) => b.id - a.id);
      return { value: rows.slice(0, count) };
    },
    queue: async (count, signal): Promise<Outcome<readonly number[]>> => {
      const queue = await list(`/api/queue?nr=${count}`, signal);
      return "problem" in queue ? queue : { value: queue.value.map(({ id }) => id) };
    },
    restart: (build, signal) => act(build, "restart", ["admin", "restart-jobs"], signal),
    cancel: (build, signal) => act(build, "cancel", ["admin", "cancel-build"], signal),
  };
}

function evaluationRow({
  id,
  timestamp,
  builds,
  jobsetevalinputs,
}: v.InferOutput<typeof evaluationAnswer>): HydraEvaluationRow {
  const inputs = Object.entries(jobsetevalinputs).map(([name, { uri, revision, value }]) => [
    name,
    {
      ...(uri !== null && { uri }),
      ...(revision !== null && { revision }),
      ...(typeof value === "string" && { value }),
    },
  ]);
  return { id, at: timestamp, builds, inputs: Object.fromEntries(inputs) };
}

function buildRow(answer: v.InferOutput<typeof buildAnswer>): HydraBuildRow {
  const { finished, buildstatus, buildoutputs, starttime, stoptime } = answer;
  const outPath = (buildoutputs.out ?? Object.values(buildoutputs)[0])?.path;
  return {
    id: answer.id,
    project: answer.project,
    jobset: answer.jobset,
    job: answer.job,
    system: answer.system,
    drvPath: answer.drvpath,
    ...(outPath && { outPath }),
    isFinished: finished,
    // A build that was restarted keeps the status of before until it ends.
    ...(finished && { status: statuses[buildstatus ?? -1] ?? "unknown" }),
    queuedAt: answer.timestamp,
    ...(starttime !== null && { startedAt: starttime }),
    ...(finished && stoptime !== null && { stoppedAt: stoptime }),
    evaluations: answer.jobsetevals,
  };
}

/** `buildstatus` -> its meaning (`root/build.tt`). 8, 9: of steps, a cached failure and a system that no machine has. */
const statuses: Readonly<Record<number, HydraBuildStatus>> = {
  0: "succeeded",
  1: "failed",
  2: "dependency-failed",
  3: "aborted",
  4: "cancelled",
  // Obsolete.
  5: "cancelled",
  6: "failed-with-output",
  7: "timed-out",
  8: "failed",
  9: "aborted",
  10: "log-limit",
  11: "output-limit",
  12: "not-deterministic",
};
