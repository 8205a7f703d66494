import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import type { BuilderId } from "../../../../../server/src/protocol.ts";
import type { BuildersStore } from "../../../builders/store.ts";
import type { BuildsStore } from "../../../builds/store.ts";
import type { RowKind } from "../../rowItem.ts";

/** A row of the Builders view. It only identifies its content; the current data is in the stores. */
export interface Row {
  /** The key of its kind in `kinds.ts`. */
  readonly kind: string;
  /** Unique in the view. */
  readonly key: string;
  /** The key of the row at the top of the tree that it is below. */
  readonly top: string;
  /** The builder that it is about; absent: it is about none in particular. */
  readonly builder?: BuilderId | undefined;
}

/** The data that rows are created from. */
export interface RowContext {
  readonly store: Pick<BuildersStore, "report" | "builders" | "builder" | "isPartial">;
  readonly builds: Pick<BuildsStore, "unfinished">;
  /** Whether the workspace is trusted; if not, Nix is not asked. */
  readonly isTrusted: () => boolean;
  readonly l10n: Localiser;
  /** The path of a file relative to the workspace. */
  readonly pathOf: (file: string) => string;
  /** The URI of a file. */
  readonly uriOf: (file: string) => string;
  /** The current time (ms). */
  readonly now: () => number;
}

/** A kind of row of this view. */
export type BuildersRowKind<R extends Row, Below extends Row = never> = RowKind<R, RowContext, Below>;
