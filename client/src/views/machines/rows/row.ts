import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import type { BuildsStore } from "../../../builds/store.ts";
import type { HydraStore } from "../../../hydra/store.ts";
import type { Grouping } from "../../../machines/groups.ts";
import type { MachinesStore } from "../../../machines/store.ts";
import type { RowKind } from "../../rowItem.ts";

/** A row of the Machines view. It only identifies its content; the current data is in the stores. */
export interface Row {
  /** The key of its kind in `kinds.ts`. */
  readonly kind: string;
  /** Unique in the view. */
  readonly key: string;
  /** The URI of the network file. */
  readonly uri: string;
}

/** The data that rows are created from. */
export interface RowContext {
  readonly store: Pick<MachinesStore, "networks" | "machine">;
  readonly builds: Pick<BuildsStore, "newest">;
  readonly hydra: Pick<HydraStore, "machine" | "status">;
  readonly grouping: Grouping;
  readonly l10n: Localiser;
  /** The path of a file relative to the workspace. */
  readonly pathOf: (uri: string) => string;
  /** The current time (ms). */
  readonly now: () => number;
}

/** A kind of row of this view. */
export type MachinesRowKind<R extends Row, Below extends Row = never> = RowKind<R, RowContext, Below>;
