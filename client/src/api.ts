import type { LogDocuments } from "./logs/logDocuments.ts";
import type { Session } from "./session.ts";
import type { BuildsStore } from "./views/builds/buildsStore.ts";
import type { BuildsView } from "./views/builds/buildsView.ts";
import type { MachinesStore } from "./views/machines/machinesStore.ts";
import type { MachinesTree } from "./views/machines/machinesTree.ts";
import type { StatusItem } from "./views/status/statusItem.ts";

/** What `activate` returns: for the extension's own tests only. It may change at any time. */
export interface InternalApi {
  readonly session: Session;
  readonly machines: MachinesStore;
  readonly machinesTree: MachinesTree;
  readonly builds: BuildsStore;
  readonly buildsView: BuildsView;
  readonly logs: LogDocuments;
  readonly status: StatusItem;
}
