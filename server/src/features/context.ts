import type { Choice } from "../builders/choice.ts";
import type { BuildSummary, Machine, Network } from "../protocol.ts";

/** Everything that a feature may look at, as plain data: it never waits. */
export interface FeatureContext {
  readonly network: Network;
  /** The system that an unstated machine would get: that of the machine that evaluates. Absent until Nix has told. */
  readonly localSystem?: string | undefined;
  /** Who can build a machine; undefined until the builders are known, and while its system is not. */
  choice(machine: Machine): Choice | undefined;
  /** The newest build of a machine that has not ended, if there is one. */
  running(machine: string): BuildSummary | undefined;
}
