import { type AccessRow, accessKind } from "./access.ts";
import { type BuilderRow, builderKind } from "./builder.ts";
import { type CheckRow, checkKind } from "./check.ts";
import { type DeclaredRow, declaredKind } from "./declared.ts";
import { type FactRow, factKind } from "./fact.ts";
import { type NoneRow, noneKind } from "./none.ts";
import { type OriginRow, originKind } from "./origin.ts";
import { type ProblemRow, problemKind } from "./problem.ts";
import type { BuildersRowKind, Row } from "./row.ts";
import { type SlotsRow, slotsKind } from "./slots.ts";
import { type SystemRow, systemKind } from "./system.ts";
import { type UseRow, useKind } from "./use.ts";

/** Every row of the Builders view. */
export type BuildersRow =
  | AccessRow
  | BuilderRow
  | DeclaredRow
  | NoneRow
  | ProblemRow
  | SystemRow
  | SlotsRow
  | UseRow
  | FactRow
  | CheckRow
  | OriginRow;

type Kinds = { readonly [K in BuildersRow["kind"]]: BuildersRowKind<Extract<BuildersRow, { kind: K }>, BuildersRow> };

const kinds: Kinds = {
  access: accessKind,
  builder: builderKind,
  declared: declaredKind,
  none: noneKind,
  problem: problemKind,
  system: systemKind,
  slots: slotsKind,
  use: useKind,
  fact: factKind,
  check: checkKind,
  origin: originKind,
};

/** The implementation of a row's kind. */
export function kindOf({ kind }: BuildersRow): BuildersRowKind<BuildersRow, BuildersRow> {
  return kinds[kind];
}

export function isBuildersRow(row: Row): row is BuildersRow {
  return Object.hasOwn(kinds, row.kind);
}
