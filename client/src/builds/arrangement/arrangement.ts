import type { DerivationState } from "../../../../server/src/protocol.ts";
import { spanningTree } from "./spanningTree.ts";

export type GroupName = "waiting" | "done";

/** The derivations that are direct children of a row. */
export interface Branch {
  readonly derivations: readonly DerivationState[];
  /** Number of descendants at any depth, including finished derivations that still hold a place among the running ones. */
  readonly size: number;
}

/** Derivations that are grouped under one row because there are too many to list. */
export interface DerivationGroup extends Branch {
  readonly name: GroupName;
}

/** A build's derivations in the order of its child rows, each once. */
export interface Arrangement {
  readonly listed: readonly DerivationState[];
  readonly groups: readonly DerivationGroup[];
  /** Path of a pending derivation -> the pending ones that are shown below it. */
  readonly below: ReadonlyMap<string, Branch>;
  /** Paths of the first entries of `listed`: the running derivations, and finished ones that hold their place for a moment. */
  readonly places: readonly string[];
  /** When the next of them gives up its place (epoch ms). */
  readonly until: number;
}

/** A row, other than a build, that has derivations as direct children. */
export type BranchOwner =
  | { readonly kind: "group"; readonly name: GroupName }
  | { readonly kind: "derivation"; readonly drvPath: string };

/** The direct children of a group or a derivation. */
export function derivationsBelow(owner: BranchOwner, { groups, below }: Arrangement): readonly DerivationState[] {
  const branch = owner.kind === "group" ? groups.find(({ name }) => name === owner.name) : below.get(owner.drvPath);
  return branch?.derivations ?? [];
}

/** How long a finished derivation holds its place, so that the next one can take it and no other row moves (ms). */
const linger = 3000;

/** Up to this many derivations are listed without groups. */
const most = 50;

const ranks: Readonly<Record<DerivationState["state"], number>> = {
  building: 0,
  failed: 1,
  "dependency-failed": 2,
  waiting: 3,
  planned: 4,
  cancelled: 5,
  built: 6,
  "built-by-another": 7,
  fetched: 8,
  "not-needed": 9,
};

/**
 * Running and failed derivations first, then pending, then finished ones; the latter two are grouped if there are many. The
 * pending ones form a tree, in which each is below one that depends on it. It leaves the tree before that one does, so that no
 * row moves within the tree.
 *
 * @param before the places of the previous arrangement.
 * @param now epoch ms.
 */
export function arrange(
  derivations: readonly DerivationState[],
  before: readonly string[] = [],
  now = Number.POSITIVE_INFINITY,
): Arrangement {
  const sorted = inOrder(derivations);
  const { roots, below, size } = treeOf(derivations, sorted);
  const placed = placesOf(sorted, before, now);
  const places = placed.map(({ drvPath }) => drvPath);
  const rest = sorted.flatMap(([, state]) => (places.includes(state.drvPath) ? [] : state));
  const first = [...placed, ...rest.filter(state => groupOf(state) === undefined)];
  const done = rest.filter(state => groupOf(state) === "done");
  const shared = { below, places, until: Math.min(...placed.map(leavesAt)) };
  if (sorted.length <= most) return { listed: [...first, ...roots, ...done], groups: [], ...shared };
  const lingering = placed.filter(state => groupOf(state) === "done").length;
  const groups: readonly DerivationGroup[] = [
    { name: "waiting", derivations: roots, size },
    { name: "done", derivations: done, size: done.length + lingering },
  ];
  return { listed: first, groups: groups.filter(group => group.size > 0), ...shared };
}

/** The running derivations, each in its previous place; a new one takes the place of a finished one. */
function placesOf(sorted: readonly Indexed[], before: readonly string[], now: number): readonly DerivationState[] {
  const running = sorted.flatMap(([, derivation]) => (derivation.state === "building" ? derivation : []));
  if (running.length === 0) return [];
  const known = new Set(before);
  const beginning = running.filter(({ drvPath }) => !known.has(drvPath));
  const states = new Map(sorted.flatMap(([, each]) => (known.has(each.drvPath) ? [[each.drvPath, each]] : [])));
  const kept = before.flatMap(drvPath => {
    const derivation = states.get(drvPath);
    if (derivation?.state === "building") return derivation;
    const next = beginning.shift();
    if (next !== undefined) return next;
    return derivation !== undefined && groupOf(derivation) === "done" && leavesAt(derivation) > now ? derivation : [];
  });
  return [...kept, ...beginning];
}

/** When a derivation gives up its place (epoch ms). */
function leavesAt({ state, stoppedAt }: DerivationState): number {
  if (state === "building") return Number.POSITIVE_INFINITY;
  return stoppedAt === undefined ? 0 : Date.parse(stoppedAt) + linger;
}

interface Tree {
  readonly roots: readonly DerivationState[];
  readonly below: ReadonlyMap<string, Branch>;
  /** Number of derivations in the whole tree. */
  readonly size: number;
}

/** The tree of pending derivations, each branch in the order of `sorted`. */
function treeOf(derivations: readonly DerivationState[], sorted: readonly Indexed[]): Tree {
  const toCome = sorted.filter(([, state]) => groupOf(state) === "waiting");
  const members = new Set(toCome.map(([place]) => place));
  const dependencies = derivations.map(state => state.dependencies);
  const { parents, sizes } = spanningTree(dependencies, place => members.has(place));
  const roots: DerivationState[] = [];
  const below = new Map<string, { readonly derivations: DerivationState[]; readonly size: number }>();
  for (const [place, state] of toCome) {
    const parent = parents.get(place) ?? -1;
    const owner = derivations[parent]?.drvPath;
    const siblings = owner === undefined ? roots : below.get(owner)?.derivations;
    if (siblings !== undefined) siblings.push(state);
    else if (owner !== undefined) below.set(owner, { derivations: [state], size: sizes.get(parent) ?? 0 });
  }
  return { roots, below, size: toCome.length };
}

function groupOf({ state }: DerivationState): GroupName | undefined {
  if (state === "waiting" || state === "planned" || state === "cancelled" || state === "dependency-failed")
    return "waiting";
  return state === "building" || state === "failed" ? undefined : "done";
}

/** A derivation with its index in the server's list. */
type Indexed = readonly [number, DerivationState];

/** Sorts by state, then by time. Most of a long build's derivations have not started, and are in order already. */
function inOrder(derivations: readonly DerivationState[]): Indexed[] {
  const byRank: Indexed[][] = [];
  for (const [index, state] of derivations.entries()) {
    const rank = ranks[state.state];
    const same = byRank[rank];
    if (same === undefined) byRank[rank] = [[index, state]];
    else same.push([index, state]);
  }
  return byRank.flatMap(each => each.sort(([, a], [, b]) => compare(a, b)));
}

/** Built derivations are sorted by their end, latest first; others by their start. */
function compare(a: DerivationState, b: DerivationState): number {
  return (a.state === "built" ? order(b.stoppedAt, a.stoppedAt) : 0) || order(a.startedAt, b.startedAt);
}

/** The server's timestamps have a fixed format, so comparing them as strings is correct, and fast for thousands. */
function order(a = "", b = ""): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
