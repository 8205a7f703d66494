import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import type { BuildSummary } from "../../../../../server/src/protocol.ts";
import type { Arrangements } from "../../../builds/arrangement/arrangements.ts";
import type { BuildsStore } from "../../../builds/store.ts";
import type { KeptRows } from "../../keptRows.ts";
import type { RowKind } from "../../rowItem.ts";

/** A row of the Builds view. It only identifies its content; the current data is in the store. */
export interface Row {
  /** The key of its kind in `kinds.ts`. */
  readonly kind: string;
  /** Unique in the view. */
  readonly key: string;
  /** The id of the build, or of the batch. */
  readonly id: string;
  /** The parent row. */
  readonly parent?: Row | undefined;
}

/** The data that rows are created from. */
export interface RowContext {
  readonly store: Pick<
    BuildsStore,
    "summary" | "batch" | "derivations" | "derivation" | "transfers" | "transfer" | "signatures"
  >;
  readonly arrangements: Arrangements;
  /** The rows below a build, until it is collapsed. */
  readonly kept: KeptRows;
  /** The rows of builds and batches, until those are removed. */
  readonly keptBuilds: KeptRows;
  /** Whether a build passes the filter. */
  readonly shows: (build: BuildSummary) => boolean;
  /** Whether the row of a build or a batch is shown expanded at first: it was when the window was closed. */
  readonly opened: (id: string) => boolean;
  readonly l10n: Localiser;
  /** The path of a file relative to the workspace. */
  readonly pathOf: (uri: string) => string;
  /** Epoch ms. */
  readonly now: () => number;
}

/** A kind of row of this view. */
export type BuildsRowKind<R extends Row, Below extends Row = never> = RowKind<R, RowContext, Below>;

/** Maximum number of direct children of a row, except a build's. */
export const pageSize = 200;
