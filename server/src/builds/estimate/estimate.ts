import { packageName } from "../../common/storePath.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import type { DerivationState } from "../../protocol.ts";
import { type Durations, durationKey, median } from "./durations.ts";

/** The current state of a derivation, as far as an estimate needs it. Times are epoch milliseconds. */
export interface Progressing {
  readonly state: DerivationState["state"];
  readonly builder?: string | undefined;
  readonly startedAt?: number | undefined;
}

export interface Estimate {
  /** Milliseconds. */
  readonly remaining: number;
  /** Number of earlier builds it is based on. */
  readonly basis: number;
}

/** Minimum share of the remaining derivations that must have been measured. */
const minKnown = 0.5;

/**
 * Estimates the remaining time of a build by simulating the schedule: each derivation takes its median past duration, `slots` run
 * in parallel, longest critical path first.
 */
export function estimate(
  graph: readonly PlannedDerivation[],
  stateOf: (drvPath: string) => Progressing | undefined,
  durations: Durations,
  slots: number,
  now: number,
): Estimate | undefined {
  const byPackage = packageDurations(durations);
  const left = graph.map(({ drvPath }) => remainingOf(drvPath, stateOf(drvPath), durations, byPackage, now));
  const open = left.filter(each => each !== undefined);
  const known = open.filter(({ ms }) => ms !== undefined);
  if (open.length === 0 || known.length < open.length * minKnown) return undefined;
  // All that is left takes longer than ever measured: there is no basis any more.
  if (open.every(({ overdue }) => overdue)) return undefined;
  // One that was never measured is assumed to take as long as the others.
  const usual = median(known.map(({ ms }) => ms ?? 0));
  const times = left.map(each => (each === undefined ? 0 : (each.ms ?? usual)));
  const isRunning = left.map(each => each?.running === true);
  return {
    remaining: Math.round(simulate(graph, times, isRunning, Math.max(1, slots))),
    basis: known.reduce((most, { basis }) => Math.max(most, basis), 0),
  };
}

interface Remaining {
  readonly ms: number | undefined;
  readonly basis: number;
  readonly running: boolean;
  /** It runs longer than it usually takes. */
  readonly overdue: boolean;
}

/** Undefined if it is done or will not be built. */
function remainingOf(
  drvPath: string,
  now: Progressing | undefined,
  durations: Durations,
  byPackage: ReadonlyMap<string, readonly number[]>,
  time: number,
): Remaining | undefined {
  const state = now?.state ?? "planned";
  if (state !== "planned" && state !== "waiting" && state !== "building") return undefined;
  const running = state === "building";
  const own = running ? durations[durationKey(now?.builder, drvPath)]?.map(({ ms }) => ms) : undefined;
  const list = own ?? byPackage.get(packageName(drvPath)) ?? [];
  if (list.length === 0) return { ms: undefined, basis: 0, running, overdue: false };
  const spent = running ? Math.max(0, time - (now?.startedAt ?? time)) : 0;
  // One that already exceeds its usual duration is assumed to take a little longer still.
  const ms = Math.max(median(list) - spent, running ? 1000 : 0);
  return { ms, basis: list.length, running, overdue: running && median(list) <= spent };
}

/** Name of a package -> its durations on all builders. */
function packageDurations(durations: Durations): Map<string, number[]> {
  const all = new Map<string, number[]>();
  for (const [key, list] of Object.entries(durations)) {
    const name = key.slice(key.indexOf(" ") + 1);
    all.set(name, [...(all.get(name) ?? []), ...list.map(({ ms }) => ms)]);
  }
  return all;
}

/** Simulates the schedule and returns the time until everything is done (ms). */
function simulate(
  graph: readonly PlannedDerivation[],
  times: readonly number[],
  isRunning: readonly boolean[],
  slots: number,
): number {
  const users = graph.map((): number[] => []);
  const waitsFor = graph.map(() => 0);
  for (const [index, { dependencies }] of graph.entries()) {
    for (const dependency of dependencies) {
      users[dependency]?.push(index);
      waitsFor[index] = (waitsFor[index] ?? 0) + 1;
    }
  }
  const tail = criticalPaths(users, times, waitsFor);
  const byPriority = (a: number, b: number) =>
    Number(isRunning[b] ?? false) - Number(isRunning[a] ?? false) || (tail[b] ?? 0) - (tail[a] ?? 0);
  const ready = graph.flatMap((_, index) => (waitsFor[index] === 0 ? [index] : [])).sort(byPriority);
  const running: { index: number; end: number }[] = [];
  let now = 0;
  while (ready.length > 0 || running.length > 0) {
    while (ready.length > 0 && running.length < slots) {
      const index = ready.shift() ?? 0;
      insert(running, { index, end: now + (times[index] ?? 0) }, (a, b) => a.end - b.end);
    }
    const next = running.shift();
    if (next === undefined) break;
    now = next.end;
    for (const user of users[next.index] ?? []) {
      waitsFor[user] = (waitsFor[user] ?? 1) - 1;
      if (waitsFor[user] === 0) insert(ready, user, byPriority);
    }
  }
  return now;
}

/** The critical path of each derivation: its own time plus that of the longest chain of derivations that wait for it. */
function criticalPaths(
  users: readonly (readonly number[])[],
  times: readonly number[],
  waitsFor: readonly number[],
): number[] {
  const left = [...waitsFor];
  const order = left.flatMap((count, index) => (count === 0 ? [index] : []));
  for (let at = 0; at < order.length; at++) {
    for (const user of users[order[at] ?? 0] ?? []) {
      left[user] = (left[user] ?? 1) - 1;
      if (left[user] === 0) order.push(user);
    }
  }
  const tail = users.map(() => 0);
  for (const index of order.toReversed()) {
    const after = (users[index] ?? []).reduce((longest, user) => Math.max(longest, tail[user] ?? 0), 0);
    tail[index] = (times[index] ?? 0) + after;
  }
  return tail;
}

/** Inserts an item into a sorted list. */
function insert<T>(list: T[], item: T, compare: (a: T, b: T) => number): void {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = list[middle];
    if (other !== undefined && compare(other, item) <= 0) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, item);
}
