import type { Problem } from "./problems.ts";

/** `localBuilder`, or a store URI such as `ssh-ng://root@host`. */
export type BuilderId = string;

/** The builder that is the machine on which the server runs. */
export const localBuilder: BuilderId = "local";

/** Where a build is to run. */
export type Place =
  /** Nix decides among its builders. */
  | { readonly kind: "schedule" }
  /** This builder and no other. */
  | { readonly kind: "only"; readonly builder: BuilderId }
  /** In a remote store; the result stays there. Not produced yet: refused with `unsupported-place`. */
  | { readonly kind: "store"; readonly store: string };

/** How a builder builds for a system. `unknown`: it builds for it, by itself or through an emulator. `impossible`: not at all. */
export type BuildMode = "native" | "compatible" | "emulated" | "unknown" | "impossible";

/**
 * How it is known what a builder can do: this machine's Nix and kernel say so, the builder's line says so and nobody has tried, or
 * it was tried. `proven` is not produced yet.
 */
export type KnownBy = "settings" | "claimed" | "proven";

/** Those that are produced. */
export type ProducedKnownBy = Exclude<KnownBy, "proven">;

export interface BuilderSystem {
  readonly system: string;
  readonly mode: BuildMode;
  readonly known: ProducedKnownBy;
  readonly emulator?: string | undefined;
  /** ISO 8601. Not produced yet. */
  readonly provenAt?: string | undefined;
}

/** What a builder takes: one line of a machines file, or this machine as its Nix is set. */
export interface BuilderOffer {
  readonly systems: readonly BuilderSystem[];
  readonly maxJobs: number;
  readonly speedFactor: number;
  readonly supportedFeatures: readonly string[];
  /** It takes only what needs all of these. */
  readonly mandatoryFeatures: readonly string[];
  readonly origin: {
    readonly file?: string | undefined;
    readonly line?: number | undefined;
    /** `network`, `setting` and `nixos module` are not produced yet. */
    readonly source: "nix.conf" | "machines file" | "network" | "setting" | "nixos module" | "this machine";
  };
  /** False: declared in a NixOS module, not in force here. False is not produced yet. */
  readonly active: boolean;
}

/** A builder: all lines that have its address. */
export interface Builder {
  readonly id: BuilderId;
  readonly name: string;
  readonly kind: "local" | "remote";
  /** One at least. Nix gives it a derivation that one of them takes. */
  readonly offers: readonly BuilderOffer[];
  /** What connecting to it showed. Not produced yet. */
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

/** Whether a builder can build something by itself, why or why not, and how that is known. */
export interface Capability {
  readonly can: boolean;
  readonly mode: BuildMode;
  readonly known: ProducedKnownBy;
  /** In a word or two: `emulated`. */
  readonly label: string;
  /** One sentence that names the builder. */
  readonly why: string;
}

/** A builder to choose, and what it can do for a machine. */
export interface BuilderChoice {
  readonly builder: Builder;
  /** Absent: the machine's system is not known. */
  readonly capability?: Capability | undefined;
}
