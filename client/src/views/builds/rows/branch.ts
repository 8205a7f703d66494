import { derivationsBelow } from "../../../builds/arrangement/arrangement.ts";
import { pageSize, type RowContext } from "../row/row.ts";
import { type DerivationRow, derivationRow } from "./derivation.ts";
import type { GroupRow } from "./group.ts";
import { type MoreRow, moreRow } from "./more.ts";

/** The child rows of a group or a derivation, or a further page of them: one page, and a row for the remaining ones. */
export function branchRows(
  parent: GroupRow | DerivationRow | MoreRow,
  { arrangements, kept }: RowContext,
): (DerivationRow | MoreRow)[] {
  const { owner, from } = parent.kind === "more" ? parent : { owner: parent, from: 0 };
  const derivations = derivationsBelow(owner, arrangements.shown(parent.id));
  const end = from + pageSize;
  const rows = derivations.slice(from, end).map(derivation => kept.keep(derivationRow(parent, derivation)));
  return end < derivations.length ? [...rows, kept.keep(moreRow(parent, owner, end))] : rows;
}
