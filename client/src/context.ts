import type { BuildsFilter } from "./builds/filter.ts";
import type { LogDocuments } from "./logs/logDocuments.ts";
import type { MachinesStore } from "./machines/store.ts";
import type { BuildTools } from "./operations/build.ts";
import type { Session } from "./session/session.ts";

/** What commands may use: the extension's rooms, put together in `extension.ts`. */
export interface CommandContext extends BuildTools {
  readonly session: Session;
  readonly machines: MachinesStore;
  readonly logs: LogDocuments;
  /** Shows only these builds in the Builds view. */
  readonly setFilter: (filter: BuildsFilter) => void;
}

/**
 * A command: what VS Code calls with whatever a menu, a lens or the palette passes; `selection` are all the rows that are
 * selected where several can be.
 */
export type Command = (argument?: unknown, selection?: unknown) => unknown;
