import type { Problem } from "./problems.ts";

/** `localBuilder`, or a store URI such as `ssh-ng://root@host`. */
export type BuilderId = string;

/** The builder that is the machine on which the server runs. */
export const localBuilder: BuilderId = "local";

/** Where a build runs. */
export type Place =
  /** Nix chooses among its builders. */
  | { readonly kind: "schedule" }
  /** Only this builder. */
  | { readonly kind: "only"; readonly builder: BuilderId }
  /** In a remote store; the result stays there. Not supported yet: rejected with `unsupported-place`. */
  | { readonly kind: "store"; readonly store: string };

/** How a builder builds for a system. `unknown`: natively or through an emulator. `impossible`: not at all. */
export type BuildMode = "native" | "compatible" | "emulated" | "unknown" | "impossible";

/**
 * How we know what a builder can do: from this machine's Nix and kernel, from the builder's machine line (not verified), or from
 * trying it. `proven` is not produced yet.
 */
export type KnownBy = "settings" | "claimed" | "proven";

/** The values that are produced so far. */
export type ProducedKnownBy = Exclude<KnownBy, "proven">;

export interface BuilderSystem {
  readonly system: string;
  readonly mode: BuildMode;
  readonly known: ProducedKnownBy;
  readonly emulator?: string | undefined;
  /** Why it cannot emulate the system (`impossible`): Nix's sandbox does not contain the emulator, or it does not exist at all. */
  readonly emulatorMissing?: "in sandbox" | "everywhere" | undefined;
  /** ISO 8601. Not produced yet. */
  readonly provenAt?: string | undefined;
}

/** What a builder accepts: one line of a machines file, or this machine as its Nix is configured. */
export interface BuilderOffer {
  readonly systems: readonly BuilderSystem[];
  readonly maxJobs: number;
  readonly speedFactor: number;
  readonly supportedFeatures: readonly string[];
  /** It accepts only derivations that require all of these. */
  readonly mandatoryFeatures: readonly string[];
  /** The program of Nix's setting `external-builders` that builds what is offered, whatever features that requires. */
  readonly program?: string | undefined;
  readonly origin: {
    readonly file?: string | undefined;
    readonly line?: number | undefined;
    /** `network`, `setting` and `nixos module` are not produced yet. */
    readonly source: "nix.conf" | "machines file" | "network" | "setting" | "nixos module" | "this machine";
  };
  /** False: declared in a NixOS module but not in effect here. False is not produced yet. */
  readonly active: boolean;
}

/** A builder: all machine lines with the same address. */
export interface Builder {
  readonly id: BuilderId;
  readonly name: string;
  readonly kind: "local" | "remote";
  /** At least one. Nix assigns it a derivation that one of them accepts. */
  readonly offers: readonly BuilderOffer[];
  /** The result of connecting to it. Not produced yet. */
  readonly check?:
    | {
        readonly at: string;
        readonly reachable: boolean;
        readonly nixVersion?: string | undefined;
        readonly trusted?: boolean | undefined;
        readonly freeBytes?: number | undefined;
        readonly problem?: Problem | undefined;
      }
    | undefined;
}

/** What evaluates and builds, for a client that shows it. */
export interface ToolchainReport {
  /** Absent: it was not found. */
  readonly nix?: { readonly version: string; readonly system: string } | undefined;
  /** In Nix's current settings. */
  readonly builders: readonly Builder[];
  /** Path of the `morph` on `PATH`. */
  readonly morph?: string | undefined;
  /** The evaluator that the setting or the variable `MORPH_NIX_EVAL_MACHINES` names. Absent: it is searched for at each evaluation. */
  readonly evaluator?: { readonly path: string; readonly origin: "setting" | "environment" } | undefined;
}

/** Whether a builder can build something on its own, why or why not, and how we know. */
export interface Capability {
  readonly can: boolean;
  readonly mode: BuildMode;
  readonly known: ProducedKnownBy;
  /** One or two words, such as `emulated`. */
  readonly label: string;
  /** One sentence that names the builder. */
  readonly why: string;
}

/** A builder to choose from, and whether it can build a machine. */
export interface BuilderChoice {
  readonly builder: Builder;
  /** Absent when the machine's system is unknown. */
  readonly capability?: Capability | undefined;
}
