import { roughDurationText } from "../../../server/src/common/duration.ts";
import { isUnchecked } from "../../../server/src/common/lastResult.ts";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { BuildSummary } from "../../../server/src/protocol.ts";
import { type Batch, type BatchEstimate, estimateOf, hasEnded } from "./batches.ts";
import { isKnownGood } from "./state.ts";

type Counts = Pick<Batch, "succeeded" | "failed" | "cancelled">;

/** `All machines`, the name of a tag, or `5 machines`. */
export function batchName({ kind, tag, size }: Pick<Batch, "kind" | "tag" | "size">, l10n: Localiser): string {
  if (kind === "all") return l10n.t("All machines");
  return kind === "tag" && tag !== undefined && tag !== "" ? tag : l10n.t("{0} machines", size);
}

/** `13 of 50 · 2 failed · about 4 min left`; when it has ended, `3 failed · 47 succeeded`: what matters first, for a narrow view. `now` in epoch ms. */
export function batchDescription(batch: Batch, now: number, l10n: Localiser): string {
  if (hasEnded(batch)) {
    const [failed, others] = [countTexts({ ...none, failed: batch.failed }, l10n), { ...batch, failed: 0 }];
    return [...failed, ...countTexts(others, l10n), ...doubtTexts(batch.builds, l10n)].join(" · ");
  }
  const { done, size, failed } = batch;
  const estimate = estimateOf(batch, now);
  return [
    l10n.t("{0} of {1}", done, size),
    ...(failed === 0 ? [] : [l10n.t("{0} failed", failed)]),
    ...(estimate === undefined ? [] : [l10n.t("about {0} left", roughDurationText(estimate.remaining, l10n))]),
  ].join(" · ");
}

/** `All machines: 47 succeeded, 3 failed.` */
export function batchSentence(batch: Batch, l10n: Localiser): string {
  return l10n.t("{0}: {1}.", batchName(batch, l10n), countTexts(batch, l10n).join(", "));
}

/** What an estimate is based on: `13 builds of this batch`. */
export function basisText({ basis, from }: BatchEstimate, l10n: Localiser): string {
  if (from === "this batch") return l10n.t("from {0} builds of this batch", basis);
  return earlierBuildsText(basis, l10n);
}

/** `from 4 earlier builds` */
export function earlierBuildsText(basis: number, l10n: Localiser): string {
  return basis === 1 ? l10n.t("from 1 earlier build") : l10n.t("from {0} earlier builds", basis);
}

const none = { succeeded: 0, cancelled: 0 };

function countTexts({ succeeded, failed, cancelled }: Counts, l10n: Localiser): string[] {
  return [
    ...(succeeded === 0 ? [] : [l10n.t("{0} succeeded", succeeded)]),
    ...(failed === 0 ? [] : [l10n.t("{0} failed", failed)]),
    ...(cancelled === 0 ? [] : [l10n.t("{0} cancelled", cancelled)]),
  ];
}

const notChecked = { total: 0, trusted: 0, contentAddressed: 0, unreachable: 0 };

/** Why not everything that succeeded is known to be good: `2 with warnings · 12 not fully signed`. */
export function doubtTexts(builds: readonly BuildSummary[], l10n: Localiser): string[] {
  const doubtful = builds.filter(build => build.state === "succeeded" && !isKnownGood(build));
  const warned = doubtful.filter(({ warnings = [] }) => warnings.length > 0).length;
  const unchecked = doubtful.filter(({ signatures = notChecked }) => isUnchecked(signatures)).length;
  const unsigned = doubtful.filter(
    ({ signatures = notChecked }) =>
      !isUnchecked(signatures) && signatures.trusted + signatures.contentAddressed < signatures.total,
  ).length;
  return [
    ...(warned === 0 ? [] : [l10n.t("{0} with warnings", warned)]),
    ...(unchecked === 0 ? [] : [l10n.t("{0} with signatures not checked", unchecked)]),
    ...(unsigned === 0 ? [] : [l10n.t("{0} not fully signed", unsigned)]),
  ];
}
