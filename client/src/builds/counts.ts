import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { BuildSummary } from "../../../server/src/protocol.ts";
import { isUnfinished } from "./state.ts";

/** Numbers of builds by state. A queued build waits for others to end (`morph.maxBuilds`). */
export interface BuildCounts {
  readonly running: number;
  readonly evaluating: number;
  readonly queued: number;
}

export function countBuilds(builds: readonly BuildSummary[]): BuildCounts {
  const count = (...states: readonly BuildSummary["state"][]) =>
    builds.filter(({ state }) => states.includes(state)).length;
  const [evaluating, queued] = [count("evaluating"), count("queued")];
  return { running: builds.filter(isUnfinished).length - evaluating - queued, evaluating, queued };
}

/** `4 running, 34 queued`; empty when there is nothing to count. */
export function countsText({ running, evaluating, queued }: BuildCounts, l10n: Localiser): string {
  return [
    ...(running === 0 ? [] : [l10n.t("{0} running", running)]),
    ...(evaluating === 0 ? [] : [l10n.t("{0} evaluating", evaluating)]),
    ...(queued === 0 ? [] : [l10n.t("{0} queued", queued)]),
  ].join(", ");
}
