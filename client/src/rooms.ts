import type { LogDocuments } from "./logs/logDocuments.ts";
import type { BuildTools } from "./operations/build.ts";
import type { Session } from "./session.ts";
import type { MachinesStore } from "./views/machines/machinesStore.ts";

/** What commands may use: the extension's rooms, put together in `extension.ts`. */
export interface Rooms extends BuildTools {
  readonly session: Session;
  readonly machines: MachinesStore;
  readonly logs: LogDocuments;
}
