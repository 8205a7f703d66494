import type { Builder, BuilderId } from "../../../../../server/src/protocol.ts";
import { originText } from "../../../builders/originText.ts";
import { itemWords } from "../../../manifest.ts";
import { spokenName } from "../../spoken.ts";
import type { BuildersRowKind, Row } from "./row.ts";

type Offer = Builder["offers"][number];

/** Where a builder is defined: one row for each of its lines. A click goes there. */
export interface OriginRow extends Row {
  readonly kind: "origin";
  readonly builder: BuilderId;
  readonly origin: Offer["origin"];
  /** False: declared there, but not in effect here. */
  readonly active: boolean;
}

/** Offers of this machine itself have no row. */
export function originRows(parent: Row & Pick<OriginRow, "builder">, { offers }: Builder): readonly OriginRow[] {
  const { key: above, top, builder } = parent;
  const rows = offers.flatMap(({ origin, active }): OriginRow[] =>
    origin.source === "this machine"
      ? []
      : [{ kind: "origin", key: `${above} ${JSON.stringify([origin, active])}`, top, builder, origin, active }],
  );
  return [...new Map(rows.map(row => [row.key, row])).values()];
}

export const originKind: BuildersRowKind<OriginRow> = {
  item({ key, builder, origin, active }, { store, pathOf, uriOf, l10n }) {
    // In a group of declared builders, that goes without saying.
    const isOther = !active && store.builder(builder)?.offers.some(offer => offer.active) === true;
    const label = isOther ? l10n.t("Declared in") : l10n.t("Defined in");
    const place = originText(origin, pathOf, l10n);
    const description = [...(isOther ? [l10n.t("not in effect here")] : []), place].join(" · ");
    const line = Math.max(0, (origin.line ?? 1) - 1);
    const start = { line, character: 0 };
    return {
      id: key,
      label,
      description,
      icon: { id: origin.file === undefined ? "gear" : "go-to-file" },
      below: "none",
      words: ["origin", ...(origin.file === undefined ? [] : [itemWords.definition])],
      ...(origin.file !== undefined && {
        click: { kind: "location", location: { uri: uriOf(origin.file), range: { start, end: start } } } as const,
      }),
      tooltip: place,
      spoken: spokenName("", label, [description]),
    };
  },
};
