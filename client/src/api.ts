import type { BuildersStore } from "./builders/store.ts";
import type { BuildsStore } from "./builds/store.ts";
import type { HydraStore } from "./hydra/store.ts";
import type { LogDocuments } from "./logs/logDocuments.ts";
import type { MachinesStore } from "./machines/store.ts";
import type { Session } from "./session/session.ts";
import type { BuildersView } from "./views/builders/buildersView.ts";
import type { BuildsView } from "./views/builds/buildsView.ts";
import type { MachinesTree } from "./views/machines/machinesTree.ts";
import type { MachinesView } from "./views/machines/machinesView.ts";
import type { StatusItem } from "./views/status/statusItem.ts";

/** What `activate` returns, for the extension's own tests only. It may change at any time. */
export interface InternalApi {
  readonly session: Session;
  readonly machines: MachinesStore;
  readonly machinesView: MachinesView;
  readonly machinesTree: MachinesTree;
  readonly builds: BuildsStore;
  readonly buildsView: BuildsView;
  readonly builders: BuildersStore;
  readonly buildersView: BuildersView;
  readonly hydra: HydraStore;
  readonly logs: LogDocuments;
  readonly status: StatusItem;
}
