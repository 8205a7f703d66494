import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import type { Builder, BuilderId, DerivationState, TransferState } from "../../protocol.ts";
import type { RecordFacts } from "../record/facts.ts";
import type { EventState } from "../stream/eventState.ts";

/** The parts of a record that reading a source needs. */
export type SourceFacts = Pick<RecordFacts, "request" | "evaluation" | "result" | "abandonedAt" | "output" | "hydra">;

/** Reports the progress of a build: Nix's event stream or the steps of Hydra. */
export interface BuildSource {
  /** The state so far; undefined before the evaluation. */
  readonly state: EventState | undefined;
  /** The derivations to build and their dependencies. */
  readonly graph: readonly PlannedDerivation[];
  /** Remote builder -> when it was last heard from (epoch ms), as of the last read. */
  readonly heard: ReadonlyMap<BuilderId, number>;
  /**
   * Reads new events. Returns whether that was all: a long stream is read in several steps.
   *
   * @param end when the build ended (epoch ms), if the facts do not contain it.
   * @throws when the stream exists but cannot be read.
   */
  read(facts: Partial<SourceFacts>, end?: number): Promise<boolean>;
  /** Derivation -> the builder that it was expected on, for those that Nix gave to another one. */
  moved(builders: readonly Builder[]): ReadonlyMap<string, BuilderId>;
  /** All derivations with their dependencies. */
  derivations(builders: readonly Builder[]): DerivationState[];
  /** The derivations that changed since `didPublish`. */
  changed(builders: readonly Builder[]): DerivationState[];
  /** The transfers that changed since the last call. */
  changedTransfers(): TransferState[];
  /** The changes were published. */
  didPublish(): void;
}
