import type { Choice } from "../builders/choice.ts";
import type { BuildSummary, Machine, Network } from "../protocol.ts";

/** The data that features use, so that they never wait. */
export interface FeatureContext {
  readonly network: Network;
  /** The system of the evaluating machine, which a machine without a system would get. Absent until Nix has answered. */
  readonly localSystem?: string | undefined;
  /** The builders that can build a machine; undefined while the builders or its system are unknown. */
  choice(machine: Machine): Choice | undefined;
  /** The newest running build of a machine, if there is one. */
  running(machine: string): BuildSummary | undefined;
  /** The newest build of a machine's system, running or ended. */
  newest(machine: string): BuildSummary | undefined;
  /** The current time (ms). */
  readonly now: number;
  /** The commands that the client has for lenses (`lensCommands`). */
  readonly commands: ReadonlySet<string>;
}
