import { derivationsBelow } from "../../../builds/arrangement/arrangement.ts";
import { moreIcon } from "../../../builds/icons.ts";
import type { BuildsRowKind, Row } from "../row/row.ts";
import type { DerivationRow } from "./derivation.ts";
import type { GroupRow } from "./group.ts";

/** The next page of a long list of derivations, which are below it (`branch.ts`). */
export interface MoreRow extends Row {
  readonly kind: "more";
  /** The row whose derivations they are. */
  readonly owner: GroupRow | DerivationRow;
  /** Index of the first of them among the owner's derivations. */
  readonly from: number;
}

export function moreRow(parent: Row, owner: MoreRow["owner"], from: number): MoreRow {
  return { kind: "more", key: `${owner.key} ${from}`, id: parent.id, owner, from, parent };
}

export const moreKind: BuildsRowKind<MoreRow> = {
  item({ key, id, owner, from }, { arrangements, l10n }) {
    const count = Math.max(0, derivationsBelow(owner, arrangements.shown(id)).length - from);
    return { id: key, label: l10n.t("{0} more", count), icon: moreIcon, below: "closed", words: ["more"] };
  },
};
