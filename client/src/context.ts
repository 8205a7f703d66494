import type { BuildersStore } from "./builders/store.ts";
import type { NextSteps } from "./buildMachine/nextSteps.ts";
import type { BuildsFilter } from "./builds/filter.ts";
import type { Comparisons } from "./hydra/comparisons.ts";
import type { HydraLogins } from "./hydra/logins.ts";
import type { HydraStore } from "./hydra/store.ts";
import type { Jobsets } from "./jobsets/jobsets.ts";
import type { LogDocuments } from "./logs/logDocuments.ts";
import type { Grouping } from "./machines/groups.ts";
import type { RunningEvaluations } from "./machines/runningEvaluations.ts";
import type { MachinesStore } from "./machines/store.ts";
import type { BuildTools } from "./operations/build.ts";
import type { Session } from "./session/session.ts";
import type { TimelinePanels } from "./timeline/panels.ts";

/** The parts of the extension that commands may use, composed in `extension.ts`. */
export interface CommandContext extends BuildTools {
  readonly session: Session;
  readonly machines: MachinesStore;
  readonly evaluations: RunningEvaluations;
  readonly builders: BuildersStore;
  readonly hydra: HydraStore;
  /** The pages that compare Hydra's builds with evaluations here. */
  readonly comparisons: Comparisons;
  readonly logs: LogDocuments;
  readonly hydraLogins: HydraLogins;
  readonly timelines: TimelinePanels;
  /** The pages about Hydra jobsets. */
  readonly jobsets: Jobsets;
  /** The rows of the Builds view that a key acts on. */
  readonly chosenRows: () => Promise<readonly unknown[]>;
  /** The rows of the Builders view that a key acts on. */
  readonly chosenBuilders: () => Promise<readonly unknown[]>;
  /** Shows the menu of the status bar item. */
  readonly showMenu: () => Promise<void>;
  /** Selects a build in the Builds view, which gets the focus. */
  readonly show: (id: string) => Promise<void>;
  /** Selects a builder in the Builders view, which gets the focus. Whether it is known. */
  readonly showBuilder: (id: string) => Promise<boolean>;
  /** What the machines in the Machines view are grouped by. */
  readonly machinesGrouping: { get(): Grouping; set(grouping: Grouping): Promise<void> };
  /** The page that says what to deploy first. */
  readonly nextSteps: NextSteps;
  /** Shows only these builds in the Builds view. */
  readonly setFilter: (filter: BuildsFilter) => void;
}

/**
 * A command as VS Code calls it, with what a menu, a lens or the palette passes. `selection` contains all selected rows if a
 * view allows more than one.
 */
export type Command = (argument?: unknown, selection?: unknown) => unknown;
