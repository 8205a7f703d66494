import { countText } from "../../../../../../server/src/common/lastResult.ts";
import { moreIcon } from "../../../../builds/icons.ts";
import type { BuildsRowKind, Row } from "../../row/row.ts";

/** How many further paths of a group only the report shows, which a click opens. */
export interface MorePathsRow extends Row {
  readonly kind: "morePaths";
  readonly count: number;
}

export function morePathsRow(parent: Row, count: number): MorePathsRow {
  return { kind: "morePaths", key: `${parent.key} more`, id: parent.id, count, parent };
}

export const morePathsKind: BuildsRowKind<MorePathsRow> = {
  item({ key, id, count }, { store, l10n }) {
    const machine = store.summary(id)?.machine;
    return {
      id: key,
      label: l10n.t("{0} more in the report", countText(count)),
      icon: moreIcon,
      below: "none",
      words: ["morePaths"],
      ...(machine !== undefined && { click: { kind: "signatures", report: { id, machine } } as const }),
    };
  },
};
