import type { Localiser } from "../../../../../../server/src/common/localiser.ts";
import type { SignatureSummary } from "../../../../../../server/src/protocol.ts";
import { signatureIcons } from "../../../../builds/icons.ts";
import { groupSignatures, signatureStatusText, verdict, worstStatus } from "../../../../builds/signatures.ts";
import { spokenName } from "../../../spoken.ts";
import type { BuildsRowKind, Row } from "../../row/row.ts";
import { type CacheRow, cacheRow } from "./cache.ts";
import { type SignatureGroupRow, signatureGroupRow } from "./signatureGroup.ts";

/** How many paths of the closure are signed; below are the caches that did not answer, and the paths without a trusted signature. */
export interface SignaturesRow extends Row {
  readonly kind: "signatures";
}

export function signaturesRow(parent: Row): SignaturesRow {
  return { kind: "signatures", key: `${parent.key} signatures`, id: parent.id, parent };
}

export const signaturesKind: BuildsRowKind<SignaturesRow, CacheRow | SignatureGroupRow> = {
  item({ key, id }, { store, l10n }) {
    const summary = store.summary(id)?.signatures;
    if (summary === undefined) return undefined;
    const label = signaturesLabel(summary, l10n);
    const description = summary.total === 0 ? "" : l10n.t("by a trusted key");
    const worst = summary.total === 0 || summary.trusted === summary.total ? undefined : worstStatus(summary);
    return {
      id: key,
      label,
      description,
      icon: signatureIcons[verdict(summary)],
      below: summary.total === 0 || summary.trusted < summary.total ? "closed" : "none",
      words: ["signatures"],
      spoken: spokenName(worst === undefined ? "" : signatureStatusText(worst, l10n), `${label} ${description}`.trim()),
    };
  },

  async ask(row, { store }) {
    const report = await store.signatures(row.id);
    const silent = report.caches.filter(({ reachable }) => !reachable);
    return [
      ...silent.map(cache => cacheRow(row, cache)),
      ...groupSignatures(report).map(group => signatureGroupRow(row, group)),
    ];
  },
};

/** `14 of 14 paths signed` */
export function signaturesLabel({ trusted, total }: SignatureSummary, l10n: Localiser): string {
  if (total === 0) return l10n.t("Signatures could not be checked");
  return l10n.t("{0} of {1} paths signed", trusted, total);
}
