import type { Localiser } from "../../../../server/src/common/localiser.ts";
import type { BuildSummary } from "../../../../server/src/protocol.ts";
import { type BuildCounts, countBuilds, countsText } from "../../builds/counts.ts";
import { isFailed } from "../../builds/state.ts";

/** The counts of the Builds view's badge. */
export interface BadgeCount extends BuildCounts {
  /** Builds that failed or were interrupted while the view was hidden. */
  readonly failed: number;
}

/** Counts running builds, and builds that failed since the view was last visible. Independent of VS Code. */
export class Badge {
  /** Failed builds that the user has seen. Undefined until the first list, whose failures are older than this window. */
  #seen: ReadonlySet<string> | undefined;

  /**
   * Updates the counts.
   * @param visible whether the view is visible, so that its failures count as seen.
   */
  count(builds: readonly BuildSummary[], visible: boolean): BadgeCount {
    const failed = builds.filter(isFailed).map(({ id }) => id);
    const seen = visible || this.#seen === undefined ? new Set(failed) : this.#seen;
    this.#seen = seen;
    return { ...countBuilds(builds), failed: failed.filter(id => !seen.has(id)).length };
  }
}

/** The number on the badge: running and failed builds, or else queued ones. 0: no badge. */
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
