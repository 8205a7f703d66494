import type { Location, Range } from "vscode-languageserver-types";
import type { Problem } from "./problems.ts";

/** Where the network's machines come from: the static reading of one network file. */
export interface Network {
  readonly uri: string;
  /** Counts what `morph/networkDidChange` has told of it. */
  readonly revision?: number | undefined;
  readonly description?: string | undefined;
  readonly machines: readonly Machine[];
  /** `network.ordering.tags`, where the text tells it. */
  readonly orderingTags?: readonly string[] | undefined;
  /** False: some machine names can be known only by evaluating. */
  readonly complete: boolean;
  readonly problems: readonly Problem[];
}

export interface Machine {
  /** The attribute's name without quotes: `web01.example.com`. */
  readonly name: string;
  /** The whole binding. */
  readonly range: Range;
  /** The name. */
  readonly selectionRange: Range;
  /** Where the machine will run. */
  readonly system: MachineSystem;
  /** Where it must be built, when that differs: cross compilation. */
  readonly buildSystem?: MachineSystem | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly targetHost?: string | undefined;
  readonly targetUser?: string | undefined;
  readonly targetPort?: number | undefined;
  readonly buildOnly?: boolean | undefined;
  /** Its text does not tell all of its tags, or which options of `deployment` its modules declare. */
  readonly isPartlyRead?: boolean | undefined;
  /** Evaluation told the name, the text does not: the ranges are the beginning of the file. */
  readonly computed?: true | undefined;
  /** It was evaluated, and this sentence says why the user's `morph` may evaluate it to something else. */
  readonly evaluatorNote?: string | undefined;
}

export type SystemOrigin = "stated" | "network.pkgs" | "nixpkgs.pkgs" | "defaults" | "evaluated" | "unstated";

export interface MachineSystem {
  /** Nix's name of the system, such as `aarch64-linux`; absent when unstated. */
  readonly value?: string | undefined;
  readonly origin: SystemOrigin;
  /** Evaluated, and the text has changed since. */
  readonly stale?: boolean | undefined;
  /** Where it is stated, perhaps in an imported file. */
  readonly location?: Location | undefined;
  /** What is written at `location` and has no effect. */
  readonly overridden?:
    | { readonly value: string; readonly by: "network.pkgs" | "nixpkgs.pkgs"; readonly location: Location }
    | undefined;
}

/** What is said of a network besides its machines. */
export type NetworkFacts = Pick<Network, "description" | "orderingTags" | "complete" | "problems">;

/** A machine that is new, and how many stand before it in the list as it is now. */
export interface AddedMachine {
  readonly index: number;
  readonly machine: Machine;
}

/**
 * A network came, went or is another now. Nothing is told when only places have moved: who wants to know where something stands
 * asks `morph/network`.
 */
export interface NetworkChange {
  readonly uri: string;
  /**
   * The revision of the network now. What else is told leads to it from the revision before; a client that has another one asks
   * `morph/network` or `morph/networks`. Absent: what a client knows of it says nothing of what it is now.
   */
  readonly revision?: number | undefined;
  /** By index, ascending. */
  readonly added?: readonly AddedMachine[] | undefined;
  /** As they are now. */
  readonly changed?: readonly Machine[] | undefined;
  /** Their names. */
  readonly removed?: readonly string[] | undefined;
  /** All of them, if one of them is another now. */
  readonly facts?: NetworkFacts | undefined;
}
