import type { Batch as BatchOfBuild, BuildSummary } from "../../../server/src/protocol.ts";
import { isFailed, isUnfinished } from "./state.ts";

/** The known builds of a batch. Some may not be known yet, or have been removed. */
export interface Batch extends Pick<BatchOfBuild, "id" | "kind" | "tag"> {
  /** The network. */
  readonly uri: string;
  /** In Morph's order. */
  readonly builds: readonly BuildSummary[];
  /** How many builds it has started. */
  readonly size: number;
  /** How many have ended. */
  readonly done: number;
  readonly succeeded: number;
  /** Failed or interrupted. */
  readonly failed: number;
  readonly cancelled: number;
  /** Being evaluated, built or checked. */
  readonly running: number;
  readonly queued: number;
  /** ISO 8601: the start of its first build. */
  readonly startedAt: string;
}

/** How long a batch will take, and what that is based on. */
export interface BatchEstimate {
  /** Milliseconds. */
  readonly remaining: number;
  /** How many builds the estimate uses. */
  readonly basis: number;
  /** Whether these are builds of the batch that have ended, or earlier builds. */
  readonly from: "this batch" | "earlier builds";
}

/** A pace that is measured from fewer builds says nothing about the others. */
const minEnded = 3;

/** More finished builds than this are in a group. */
const manyDone = 5;

/** Groups builds by batch: batch id -> batch. Builds that were started alone are left out. */
export function batchesOf(summaries: readonly BuildSummary[]): ReadonlyMap<string, Batch> {
  const members = new Map<string, BuildSummary[]>();
  for (const summary of summaries) {
    if (summary.batch === undefined) continue;
    const { id } = summary.batch;
    const known = members.get(id);
    if (known === undefined) members.set(id, [summary]);
    else known.push(summary);
  }
  return new Map([...members].flatMap(([id, builds]) => batchOf(builds).map(batch => [id, batch] as const)));
}

function batchOf(unordered: readonly BuildSummary[]): Batch[] {
  const builds = unordered.toSorted((a, b) => positionOf(a) - positionOf(b) || (a.id < b.id ? -1 : 1));
  const [first] = builds;
  if (first?.batch === undefined) return [];
  const { id, kind, tag, size } = first.batch;
  const count = (of: (build: BuildSummary) => boolean) => builds.filter(of).length;
  const queued = count(isQueued);
  const unfinished = count(isUnfinished);
  return [
    {
      ...{ id, kind, tag, uri: first.uri, builds },
      size: Math.max(size, builds.length),
      done: builds.length - unfinished,
      succeeded: count(({ state }) => state === "succeeded"),
      failed: count(isFailed),
      cancelled: count(({ state }) => state === "cancelled"),
      running: unfinished - queued,
      queued,
      startedAt: builds.map(({ startedAt }) => startedAt).toSorted()[0] ?? first.startedAt,
    },
  ];
}

/** Whether a build waits for others to end. */
function isQueued({ state }: BuildSummary): boolean {
  return state === "queued";
}

/** The builds of a batch in the order in which they are shown, apart from those in a group of finished ones. */
export interface BatchSections {
  readonly listed: readonly BuildSummary[];
  readonly grouped: readonly BuildSummary[];
}

/** What runs, then what failed, then the queue in its order, then what is done: in a group if there are many and others, too. */
export function sectionsOf({ builds }: Batch, shows: (build: BuildSummary) => boolean): BatchSections {
  const shown = builds.filter(shows);
  const first = [
    ...shown.filter(build => isUnfinished(build) && !isQueued(build)),
    ...shown.filter(isFailed),
    ...shown.filter(isQueued),
  ];
  const done = shown.filter(build => !isUnfinished(build) && !isFailed(build));
  const isGrouped = done.length > manyDone && first.length > 0;
  return isGrouped ? { listed: first, grouped: done } : { listed: [...first, ...done], grouped: [] };
}

/** Whether no build of a batch changes any more. */
export function hasEnded({ running, queued }: Batch): boolean {
  return running + queued === 0;
}

/**
 * The remaining time of a batch. Undefined without a basis: what waits has no estimate of its own, so the time is known from the pace
 * of the batch, once enough of its builds have ended, or when all builds that are left run and each has an estimate.
 *
 * @param now epoch ms.
 */
export function estimateOf(batch: Batch, now: number): BatchEstimate | undefined {
  if (hasEnded(batch)) return undefined;
  return batch.queued === 0 && batch.builds.length === batch.size ? lastOf(batch) : paceOf(batch, now);
}

/** The longest of the builds that are left. */
function lastOf({ builds }: Batch): BatchEstimate | undefined {
  const estimates = builds.filter(isUnfinished).map(({ estimate }) => estimate);
  const known = estimates.filter(estimate => estimate !== undefined);
  if (known.length === 0 || known.length < estimates.length) return undefined;
  const remaining = Math.max(...known.map(estimate => estimate.remaining));
  const basis = Math.max(...known.map(estimate => estimate.basis));
  return remaining > 0 ? { remaining, basis, from: "earlier builds" } : undefined;
}

/** From how fast builds of the batch have ended until now. */
function paceOf({ builds, size, startedAt }: Batch, now: number): BatchEstimate | undefined {
  const ends = builds
    // One that could not be evaluated, or was cancelled, says nothing about how long a build takes.
    .filter(build => build.state === "succeeded" || (build.state === "failed" && build.progress.expected > 0))
    .map(({ stoppedAt }) => Date.parse(stoppedAt ?? ""))
    .filter(end => !Number.isNaN(end));
  const left = size - builds.filter(build => !isUnfinished(build)).length;
  const start = Date.parse(startedAt);
  if (ends.length < minEnded || left <= 0 || Number.isNaN(start)) return undefined;
  const last = Math.max(...ends);
  const remaining = ((last - start) / ends.length) * left - (now - last);
  // It takes longer than measured: there is no basis any more.
  return remaining > 0 ? { remaining, basis: ends.length, from: "this batch" } : undefined;
}

function positionOf({ batch }: BuildSummary): number {
  return batch?.position ?? 0;
}
