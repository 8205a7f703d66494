import { isDeclared } from "../../builders/state.ts";
import { accessRow, isLimited } from "./rows/access.ts";
import { builderRows } from "./rows/builder.ts";
import { declaredRow } from "./rows/declared.ts";
import type { BuildersRow } from "./rows/kinds.ts";
import { noneRow } from "./rows/none.ts";
import type { RowContext } from "./rows/row.ts";

/** The rows at the top: what limits all builders, the builders, a hint if none is remote, and last those that are only declared. */
export function topRows({ store }: RowContext): readonly BuildersRow[] {
  const { report, builders } = store;
  // Without anything to show, the welcome text says why.
  if (report?.nix === undefined && builders.length === 0) return [];
  const active = builders.filter(builder => !isDeclared(builder));
  return [
    ...(report?.access !== undefined && isLimited(report.access) ? [accessRow()] : []),
    ...builderRows(active),
    ...(active.some(({ kind }) => kind === "remote") ? [] : [noneRow()]),
    ...(active.length < builders.length ? [declaredRow()] : []),
  ];
}
