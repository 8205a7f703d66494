import { isUnchecked } from "../../../../../../server/src/common/lastResult.ts";
import type { Localiser } from "../../../../../../server/src/common/localiser.ts";
import type { BuildSummary, CacheState, SignatureSummary } from "../../../../../../server/src/protocol.ts";
import { signatureIcons } from "../../../../builds/icons.ts";
import { adviceAbout, adviceFor } from "../../../../builds/signatures/advised.ts";
import { groupSignatures } from "../../../../builds/signatures/groups.ts";
import {
  cacheName,
  cacheProblemSentence,
  signatureStatusText,
  signedText,
} from "../../../../builds/signatures/text.ts";
import { verdict, worstStatus } from "../../../../builds/signatures/verdict.ts";
import { isCheckable } from "../../../../builds/state.ts";
import { itemWords } from "../../../../manifest.ts";
import { spokenName } from "../../../spoken.ts";
import type { BuildsRowKind, Row } from "../../row/row.ts";
import { type CacheRow, cacheRow } from "./cache.ts";
import { type RouteRow, routeRows } from "./route.ts";
import { type SignatureGroupRow, signatureGroupRow } from "./signatureGroup.ts";

/** How many paths of the closure are signed; below are whether the machine accepts them, the caches, and the paths that need attention. */
export interface SignaturesRow extends Row {
  readonly kind: "signatures";
}

export function signaturesRow(parent: Row): SignaturesRow {
  return { kind: "signatures", key: `${parent.key} signatures`, id: parent.id, parent };
}

export const signaturesKind: BuildsRowKind<SignaturesRow, RouteRow | CacheRow | SignatureGroupRow> = {
  item({ key, id }, { store, l10n }) {
    const build = store.summary(id);
    const summary = build?.signatures;
    if (build === undefined || summary === undefined) return undefined;
    const label = signaturesLabel(summary, l10n);
    const description = signaturesDescription(build, summary, l10n);
    const worst = summary.total === 0 || summary.trusted === summary.total ? undefined : worstStatus(summary);
    return {
      id: key,
      label,
      description,
      icon: signatureIcons[verdict(summary)],
      below: "closed",
      version: build.signatureCheck?.at ?? "",
      words: ["signatures", itemWords.signatures, ...(isCheckable(build) ? [itemWords.recheck] : [])],
      spoken: spokenName(worst === undefined ? "" : signatureStatusText(worst, l10n), `${label} ${description}`.trim()),
    };
  },

  async ask(row, { store }) {
    const [{ caches, paths, advice, routes }, build] = [await store.signatures(row.id), store.summary(row.id)];
    const canCheck = build !== undefined && isCheckable(build);
    return [
      ...routeRows(row, routes),
      ...caches.toSorted(byUrgency).map(cache => cacheRow(row, cache, canCheck, adviceAbout(cache.url, advice))),
      ...groupSignatures({ paths }).map(group => signatureGroupRow(row, group, adviceFor(group.status, advice))),
    ];
  },
};

/** Caches with a problem come first; the others in the order in which Nix asks them. */
function byUrgency(a: CacheState, b: CacheState): number {
  const [first, second] = [a, b].map(({ problem }) => (problem === undefined ? 1 : 0));
  return (first ?? 0) - (second ?? 0) || (a.priority ?? 0) - (b.priority ?? 0);
}

/** `14 of 14 paths signed` */
export function signaturesLabel(summary: SignatureSummary, l10n: Localiser): string {
  if (summary.total === 0) return l10n.t("Signatures could not be checked");
  return isUnchecked(summary) ? l10n.t("Signatures not checked") : signedText(summary, l10n);
}

/** `by a trusted key`, or `cache.example.org did not answer` */
function signaturesDescription({ signatureCheck }: BuildSummary, summary: SignatureSummary, l10n: Localiser): string {
  if (summary.total === 0) return "";
  if (!isUnchecked(summary)) return l10n.t("by a trusted key");
  const [first, ...others] = signatureCheck?.problems ?? [];
  if (first === undefined) return "";
  const text = cacheProblemSentence(first.code, cacheName(first.cache), l10n);
  return others.length === 0 ? text : `${text} · ${l10n.t("{0} more", others.length)}`;
}
