import type { BuildSummary } from "../../../../server/src/protocol.ts";
import type { Localiser } from "../../localiser.ts";
import { isFailed, isRunning } from "./buildsModel.ts";

/** What the badge of the Builds view counts. */
export interface BadgeCount {
  readonly running: number;
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
    return { running: builds.filter(isRunning).length, failed: failed.filter(id => !seen.has(id)).length };
  }
}

/** `2 running, 1 failed`; empty when there is nothing to count. */
export function badgeText({ running, failed }: BadgeCount, l10n: Localiser): string {
  return [
    ...(running === 0 ? [] : [l10n.t("{0} running", running)]),
    ...(failed === 0 ? [] : [l10n.t("{0} failed", failed)]),
  ].join(", ");
}
