import type { Location, Range } from "vscode-languageserver-types";
import type { Problem } from "./problems.ts";

/** The result of statically reading one network file. */
export interface Network {
  readonly uri: string;
  /** The number of changes published with `morph/networkDidChange`. */
  readonly revision?: number | undefined;
  readonly description?: string | undefined;
  readonly machines: readonly Machine[];
  /** `network.ordering.tags`, if it can be read from the text. */
  readonly orderingTags?: readonly string[] | undefined;
  /** False when some machine names are only known after evaluation. */
  readonly complete: boolean;
  readonly problems: readonly Problem[];
}

export interface Machine {
  /** The attribute name without quotes: `web01.example.com`. */
  readonly name: string;
  /** The whole binding. */
  readonly range: Range;
  /** The name. */
  readonly selectionRange: Range;
  /** The system that the machine runs. */
  readonly system: MachineSystem;
  /** The system that builds it, if different: cross compilation. */
  readonly buildSystem?: MachineSystem | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly targetHost?: string | undefined;
  readonly targetUser?: string | undefined;
  readonly targetPort?: number | undefined;
  readonly buildOnly?: boolean | undefined;
  /** The text does not show all of its tags, or which `deployment` options its modules declare. */
  readonly isPartlyRead?: boolean | undefined;
  /** The name is only known from evaluation; the ranges are the start of the file. */
  readonly computed?: true | undefined;
  /** Set after evaluation: a sentence that says why the result of the user's `morph` may differ. */
  readonly evaluatorNote?: string | undefined;
}

export type SystemOrigin = "stated" | "network.pkgs" | "nixpkgs.pkgs" | "defaults" | "evaluated" | "unstated";

export interface MachineSystem {
  /** Nix's name for the system, such as `aarch64-linux`; absent when `unstated`. */
  readonly value?: string | undefined;
  readonly origin: SystemOrigin;
  /** The text has changed since the evaluation. */
  readonly stale?: boolean | undefined;
  /** Where it is set, possibly in an imported file. */
  readonly location?: Location | undefined;
  /** A value that is set at `location` but has no effect. */
  readonly overridden?:
    | { readonly value: string; readonly by: "network.pkgs" | "nixpkgs.pkgs"; readonly location: Location }
    | undefined;
}

/** Everything about a network except its machines. */
export type NetworkFacts = Pick<Network, "description" | "orderingTags" | "complete" | "problems">;

/** A new machine and its index in the current list. */
export interface AddedMachine {
  readonly index: number;
  readonly machine: Machine;
}

/**
 * A network was added, removed or changed. Not sent when only positions have moved: a client that needs positions requests
 * `morph/network`.
 */
export interface NetworkChange {
  readonly uri: string;
  /**
   * The current revision of the network. The other fields lead to it from the previous revision; a client that has a different one
   * requests `morph/network` or `morph/networks`. Absent: the client must discard what it knows about the network.
   */
  readonly revision?: number | undefined;
  /** Sorted by index. */
  readonly added?: readonly AddedMachine[] | undefined;
  /** In their current form. */
  readonly changed?: readonly Machine[] | undefined;
  /** Their names. */
  readonly removed?: readonly string[] | undefined;
  /** All of them, if any of them changed. */
  readonly facts?: NetworkFacts | undefined;
}
