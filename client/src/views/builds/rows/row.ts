import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import type { Arrangements } from "../../../builds/arrangements.ts";
import type { BuildsStore } from "../../../builds/store.ts";
import type { KeptRows } from "../../keptRows.ts";
import type { RowKind } from "../../rowItem.ts";

/** A row of the Builds view. It names what it shows; what that looks like now is in the store. */
export interface Row {
  /** Which line of the table (`kinds.ts`) is its. */
  readonly kind: string;
  /** Unique in the view. */
  readonly key: string;
  /** The build's. */
  readonly id: string;
  /** The row that it is below. */
  readonly parent?: Row | undefined;
}

/** What the rows are made from. */
export interface RowContext {
  readonly store: Pick<BuildsStore, "summary" | "derivations" | "derivation" | "transfers" | "transfer" | "signatures">;
  readonly arrangements: Arrangements;
  readonly kept: KeptRows;
  readonly l10n: Localiser;
  /** The path of a file as the workspace sees it. */
  readonly pathOf: (uri: string) => string;
  /** Epoch ms. */
  readonly now: () => number;
}

/** A kind of row of this view. */
export type BuildsRowKind<R extends Row, Below extends Row = never> = RowKind<R, RowContext, Below>;

/** So many rows at most are right below one besides a build's. */
export const pageSize = 200;
