import type { DerivationState } from "../../../../server/src/protocol.ts";

export type GroupName = "waiting" | "done";

/** Derivations under one row, as there are too many to list them all. */
export interface DerivationGroup {
  readonly name: GroupName;
  readonly derivations: readonly DerivationState[];
}

/** A build's derivations as its row lists them. */
export interface Arrangement {
  readonly listed: readonly DerivationState[];
  readonly groups: readonly DerivationGroup[];
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
  fetched: 7,
};

/** What runs or failed first, then what is to come, then what is done; groups of the latter two when there are many. */
export function arrange(derivations: readonly DerivationState[]): Arrangement {
  const sorted = [...derivations].sort(compare);
  if (sorted.length <= most) return { listed: sorted, groups: [] };
  const listed = sorted.filter(state => groupOf(state) === undefined);
  const groups = (["waiting", "done"] as const).map(name => ({
    name,
    derivations: sorted.filter(state => groupOf(state) === name),
  }));
  return { listed, groups: groups.filter(group => group.derivations.length > 0) };
}

function groupOf({ state }: DerivationState): GroupName | undefined {
  if (state === "waiting" || state === "planned" || state === "cancelled" || state === "dependency-failed")
    return "waiting";
  return state === "built" || state === "fetched" ? "done" : undefined;
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
