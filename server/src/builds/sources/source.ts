import type { PlannedDerivation } from "../../nix/derivations/graph.ts";
import type { Builder, DerivationState, TransferState } from "../../protocol.ts";
import type { RecordFacts } from "../record/facts.ts";
import type { EventState } from "../stream/eventState.ts";

/** The parts of a record that reading a source needs. */
export type SourceFacts = Pick<RecordFacts, "evaluation" | "result" | "abandonedAt" | "output">;

/** What reports how a build goes: Nix's event stream, and later Hydra. */
export interface BuildSource {
  /** What was reported so far; undefined before the evaluation. */
  readonly state: EventState | undefined;
  /** What was to be built, and what waits for what in it. */
  readonly graph: readonly PlannedDerivation[];
  /**
   * Takes in what is new. Whether that was all: a long report is read in several goes.
   *
   * @param end when the build ended (epoch ms), if the facts do not say it.
   * @throws when the report is there and cannot be read.
   */
  read(facts: Partial<SourceFacts>, end?: number): Promise<boolean>;
  /** Every derivation, with what it depends on. */
  derivations(builders: readonly Builder[]): DerivationState[];
  /** The derivations that have changed since `didPublish`. */
  changed(builders: readonly Builder[]): DerivationState[];
  /** The transfers that have changed since this was last called. */
  changedTransfers(): TransferState[];
  /** The changes were published. */
  didPublish(): void;
}
