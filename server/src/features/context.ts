import type { BuilderId, BuildSummary, Network, ProducedBuildMode } from "../protocol.ts";

/** A builder that says it can build for a system, and how. */
export interface Capability {
  readonly builder: BuilderId;
  readonly name: string;
  readonly local: boolean;
  readonly mode: ProducedBuildMode;
}

/** Everything that a feature may look at, as plain data: it never waits. */
export interface FeatureContext {
  readonly network: Network;
  /** The system that an unstated machine would get: that of the machine that evaluates. Absent until Nix has told. */
  readonly localSystem?: string | undefined;
  /** Who can build for a system, the best first; undefined until the builders are known. */
  canBuild(system: string): readonly Capability[] | undefined;
  /** The newest build of a machine that has not ended, if there is one. */
  running(machine: string): BuildSummary | undefined;
}
