import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import type { MachinesStore } from "../../../machines/store.ts";
import type { RowKind } from "../../rowItem.ts";

/** A row of the Machines view. It names what it shows; what that looks like now is in the store. */
export interface Row {
  /** Which line of the table (`kinds.ts`) is its. */
  readonly kind: string;
  /** Of the network file. */
  readonly uri: string;
}

/** What the rows are made from. */
export interface RowContext {
  readonly store: Pick<MachinesStore, "networks" | "machine">;
  readonly l10n: Localiser;
  /** The path of a file as the workspace sees it. */
  readonly pathOf: (uri: string) => string;
}

/** A kind of row of this view. */
export type MachinesRowKind<R extends Row, Below extends Row = never> = RowKind<R, RowContext, Below>;
