import type { DerivationState } from "../../../../server/src/protocol.ts";
import { spanningTree } from "./spanningTree.ts";

export type GroupName = "waiting" | "done";

/** Derivations right below a row. */
export interface Branch {
  readonly derivations: readonly DerivationState[];
  /** How many are below the row, at whatever depth. */
  readonly size: number;
}

/** Derivations under one row, as there are too many to list them all. */
export interface DerivationGroup extends Branch {
  readonly name: GroupName;
}

/** A build's derivations as its row lists them, each once. */
export interface Arrangement {
  readonly listed: readonly DerivationState[];
  readonly groups: readonly DerivationGroup[];
  /** Path of a derivation that is to come -> those that it waits for and that are to come as well. */
  readonly below: ReadonlyMap<string, Branch>;
}

/** The most derivations that are all listed. */
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
 * What runs or failed first, then what is to come, then what is done; groups of the latter two when there are many. What is to
 * come is a tree, in which a derivation is below one that needs it. It leaves the tree before that one does, so that no row moves
 * within it.
 */
export function arrange(derivations: readonly DerivationState[]): Arrangement {
  const sorted = [...derivations.entries()].sort(([, a], [, b]) => compare(a, b));
  const { roots, below, size } = treeOf(derivations, sorted);
  const of = (group: GroupName | undefined) => sorted.flatMap(([, state]) => (groupOf(state) === group ? state : []));
  const [first, done] = [of(undefined), of("done")];
  if (sorted.length <= most) return { listed: [...first, ...roots, ...done], groups: [], below };
  const groups: readonly DerivationGroup[] = [
    { name: "waiting", derivations: roots, size },
    { name: "done", derivations: done, size: done.length },
  ];
  return { listed: first, groups: groups.filter(group => group.size > 0), below };
}

interface Tree {
  readonly roots: readonly DerivationState[];
  readonly below: ReadonlyMap<string, Branch>;
  /** Of the whole. */
  readonly size: number;
}

/** The tree of what is to come, each branch in the order of `sorted`. */
function treeOf(derivations: readonly DerivationState[], sorted: readonly [number, DerivationState][]): Tree {
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

function compare(a: DerivationState, b: DerivationState): number {
  return ranks[a.state] - ranks[b.state] || newestEnd(a, b) || order(a.startedAt, b.startedAt);
}

/** Of two that are done the later one comes first. */
function newestEnd(a: DerivationState, b: DerivationState): number {
  return a.state === "built" ? order(b.stoppedAt, a.stoppedAt) : 0;
}

/** Times of the server are all written alike, so their texts are in their order; thousands of them are compared at once. */
function order(a = "", b = ""): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
