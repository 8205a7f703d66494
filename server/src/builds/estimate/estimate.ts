import { packageName } from "../../common/storePath.ts";
import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import type { DerivationState } from "../../protocol.ts";
import { type Durations, durationKey, middle } from "./durations.ts";

/** What an estimate has to know of a derivation now. Times are epoch milliseconds. */
export interface Progressing {
  readonly state: DerivationState["state"];
  readonly builder?: string | undefined;
  readonly startedAt?: number | undefined;
}

export interface Estimate {
  /** Milliseconds. */
  readonly remaining: number;
  /** From how many earlier builds. */
  readonly basis: number;
}

/** When fewer of the derivations that are left were ever measured, nothing is said. */
const leastKnown = 0.5;

/**
 * How long a build will still take: its derivations are played through, each as long as it took the last times, as many at once
 * as there are slots, the one first that the most waits for.
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
  if (open.length === 0 || known.length < open.length * leastKnown) return undefined;
  // One that was never measured is taken for as long as the others.
  const usual = middle(known.map(({ ms }) => ms ?? 0));
  const times = left.map(each => (each === undefined ? 0 : (each.ms ?? usual)));
  const isRunning = left.map(each => each?.running === true);
  return {
    remaining: Math.round(played(graph, times, isRunning, Math.max(1, slots))),
    basis: known.reduce((most, { basis }) => Math.max(most, basis), 0),
  };
}

interface Remaining {
  readonly ms: number | undefined;
  readonly basis: number;
  readonly running: boolean;
}

/** Undefined: it is done, or will not be built any more. */
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
  if (list.length === 0) return { ms: undefined, basis: 0, running };
  const spent = running ? Math.max(0, time - (now?.startedAt ?? time)) : 0;
  // One that takes longer than ever will take a little longer still.
  const ms = Math.max(middle(list) - spent, running ? 1000 : 0);
  return { ms, basis: list.length, running };
}

/** Name of a package -> its durations, wherever it was built. */
function packageDurations(durations: Durations): Map<string, number[]> {
  const all = new Map<string, number[]>();
  for (const [key, list] of Object.entries(durations)) {
    const name = key.slice(key.indexOf(" ") + 1);
    all.set(name, [...(all.get(name) ?? []), ...list.map(({ ms }) => ms)]);
  }
  return all;
}

/** Milliseconds until everything is done. */
function played(
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
  const tail = tails(users, times, waitsFor);
  const first = (a: number, b: number) =>
    Number(isRunning[b] ?? false) - Number(isRunning[a] ?? false) || (tail[b] ?? 0) - (tail[a] ?? 0);
  const ready = graph.flatMap((_, index) => (waitsFor[index] === 0 ? [index] : [])).sort(first);
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
      if (waitsFor[user] === 0) insert(ready, user, first);
    }
  }
  return now;
}

/** Of each derivation: its own time and that of the longest chain that waits for it. */
function tails(users: readonly (readonly number[])[], times: readonly number[], waitsFor: readonly number[]): number[] {
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

/** Puts an item where it belongs in a sorted list. */
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
