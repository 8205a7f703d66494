import { derivationsBelow } from "../../../builds/arrangement.ts";
import { type DerivationRow, derivationRow } from "./derivation.ts";
import type { GroupRow } from "./group.ts";
import { type MoreRow, moreRow } from "./more.ts";
import { pageSize, type RowContext } from "./row.ts";

/** The rows below a group of derivations, below a derivation, or the rest of either: one page, and a row for what comes after. */
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
