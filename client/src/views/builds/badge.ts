import type { Localiser } from "../../../../server/src/common/localiser.ts";
import type { BuildSummary } from "../../../../server/src/protocol.ts";
import { type BuildCounts, countBuilds, countsText } from "../../builds/counts.ts";
import { isFailed } from "../../builds/state.ts";

/** What the badge of the Builds view counts. */
export interface BadgeCount extends BuildCounts {
  /** Builds that failed or got lost while nobody saw the view. */
  readonly failed: number;
}

/** Counts the builds that run, and those that went wrong since the view was seen. Knows no VS Code. */
export class Badge {
  /** Failed builds that are no news. Undefined until the first list: what had failed before this window is none. */
  #seen: ReadonlySet<string> | undefined;

  /**
   * Takes the builds as they are.
   * @param visible whether the view is: what has failed counts as seen.
   */
  count(builds: readonly BuildSummary[], visible: boolean): BadgeCount {
    const failed = builds.filter(isFailed).map(({ id }) => id);
    const seen = visible || this.#seen === undefined ? new Set(failed) : this.#seen;
    this.#seen = seen;
    return { ...countBuilds(builds), failed: failed.filter(id => !seen.has(id)).length };
  }
}

/** The number on the badge: what goes on and what has failed, or else what waits. 0: no badge. */
export function badgeValue({ running, evaluating, queued, failed }: BadgeCount): number {
  return running + evaluating + failed || queued;
}

/** `2 running, 34 queued, 1 failed`; empty when there is nothing to count. */
export function badgeText(count: BadgeCount, l10n: Localiser): string {
  const unfinished = countsText(count, l10n);
  return [
    ...(unfinished === "" ? [] : [unfinished]),
    ...(count.failed === 0 ? [] : [l10n.t("{0} failed", count.failed)]),
  ].join(", ");
}
