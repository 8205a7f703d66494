import type { Localiser } from "../../../../../../server/src/common/localiser.ts";
import { escapeMarkdown, inlineCode } from "../../../../../../server/src/common/markdown.ts";
import { storePathName } from "../../../../../../server/src/common/storePath.ts";
import type { PathOffer, PathSignature } from "../../../../../../server/src/protocol.ts";
import { pathIcon } from "../../../../builds/icons.ts";
import { groupOf } from "../../../../builds/signatures/groups.ts";
import { cacheName, offerText, signatureStatusText } from "../../../../builds/signatures/text.ts";
import { itemWords } from "../../../../manifest.ts";
import { factsMarkdown } from "../../../../text/facts.ts";
import { spokenName } from "../../../spoken.ts";
import type { BuildsRowKind, Row } from "../../row/row.ts";

/** A store path of the closure, with the reason for its status. A click opens the report. */
export interface PathRow extends Row {
  readonly kind: "path";
  readonly path: PathSignature;
  /** For Copy Store Path. */
  readonly storePath: string;
}

export function pathRow(parent: Row, path: PathSignature): PathRow {
  return { kind: "path", key: `${parent.key} ${path.path}`, id: parent.id, path, storePath: path.path, parent };
}

export const pathKind: BuildsRowKind<PathRow> = {
  item({ key, id, path: signature }, { store, l10n }) {
    const label = storePathName(signature.path);
    const { why, key: signedBy, cache } = signature;
    const machine = store.summary(id)?.machine;
    return {
      id: key,
      label,
      description: why ?? signedBy ?? (cache === undefined ? "" : cacheName(cache)),
      tooltip: { markdown: pathTooltip(signature, l10n) },
      icon: pathIcon,
      below: "none",
      words: ["path", itemWords.storePath],
      ...(machine !== undefined && { click: { kind: "signatures", report: { id, machine } } as const }),
      spoken: spokenName(signatureStatusText(groupOf(signature), l10n), label),
    };
  },
};

function pathTooltip(signature: PathSignature, l10n: Localiser): string {
  const { path, key, cache, why, offers = [] } = signature;
  const facts = factsMarkdown(inlineCode(path), [
    [l10n.t("Signature"), escapeMarkdown(signatureStatusText(groupOf(signature), l10n))],
    [l10n.t("Reason"), why === undefined ? undefined : escapeMarkdown(why)],
    [l10n.t("Key"), key === undefined ? undefined : inlineCode(key)],
    [l10n.t("Cache"), cache === undefined ? undefined : inlineCode(cache)],
  ]);
  if (offers.length < 2) return facts;
  return `${facts}\n\n${offers.map(offer => offerMarkdown(offer, l10n)).join("\n")}`;
}

function offerMarkdown(offer: PathOffer, l10n: Localiser): string {
  return `- ${inlineCode(cacheName(offer.cache))}: ${escapeMarkdown(offerText(offer, l10n))}`;
}
