import type { Problem } from "./problems.ts";

/** `localBuilder`, or a store URI such as `ssh-ng://root@host`. */
export type BuilderId = string;

/** The builder that is the machine on which the server runs. */
export const localBuilder: BuilderId = "local";

/** Where a build runs. */
export type Place =
  /** Nix chooses among its builders. `without`: remote builders that it may not use, for example because they do not respond. */
  | { readonly kind: "schedule"; readonly without?: readonly BuilderId[] | undefined }
  /** Only this builder. */
  | { readonly kind: "only"; readonly builder: BuilderId }
  /**
   * In the store of this builder, by its Nix; the result stays there unless it is fetched. Needs no trust here. A store that is not
   * reached over ssh is rejected with `unsupported-place`.
   */
  | { readonly kind: "store"; readonly store: string }
  /**
   * By Hydra, which evaluates and builds what the inputs of a jobset say, not the text here. The jobset has a job for the machine. Of a
   * request, the server is the one that the workspace is connected to (`morph.hydra.url`).
   */
  | { readonly kind: "hydra"; readonly project: string; readonly jobset: string };

/** How a builder builds for a system. `unknown`: natively or through an emulator. `impossible`: not at all. */
export type BuildMode = "native" | "compatible" | "emulated" | "unknown" | "impossible";

/**
 * How we know what a builder can do: from this machine's Nix and kernel, from the builder's machine line (not verified), or from
 * trying it. What was proven or refused wins over what a line claims.
 */
export type KnownBy = "settings" | "claimed" | "proven";

export interface BuilderSystem {
  readonly system: string;
  readonly mode: BuildMode;
  readonly known: KnownBy;
  readonly emulator?: string | undefined;
  /** Why it cannot emulate the system (`impossible`): Nix's sandbox does not contain the emulator, or it does not exist at all. */
  readonly emulatorMissing?: "in sandbox" | "everywhere" | undefined;
  /** When it last built, or refused to build, for this system (ISO 8601). Present if `known` is `proven`. */
  readonly provenAt?: string | undefined;
  /** Why it refused to build for this system when it was tried. Then the mode is `impossible`, and `known` is `proven`. */
  readonly refusal?: Problem | undefined;
}

/** A system feature that a builder's line claims, and that its own Nix refused. */
export interface RefusedFeature {
  readonly feature: string;
  /** ISO 8601. */
  readonly provenAt: string;
  readonly refusal: Problem;
}

/** What a builder accepts: one line of a machines file, or this machine as its Nix is configured. */
export interface BuilderOffer {
  readonly systems: readonly BuilderSystem[];
  readonly maxJobs: number;
  readonly speedFactor: number;
  readonly supportedFeatures: readonly string[];
  /** It accepts only derivations that require all of these. */
  readonly mandatoryFeatures: readonly string[];
  /** Features of its line that it refused when they were tried; they are not among `supportedFeatures`. */
  readonly refusedFeatures?: readonly RefusedFeature[] | undefined;
  /** The program of Nix's setting `external-builders` that builds what is offered, whatever features that requires. */
  readonly program?: string | undefined;
  readonly origin: {
    readonly file?: string | undefined;
    readonly line?: number | undefined;
    readonly source: "nix.conf" | "machines file" | "network" | "setting" | "nixos module" | "this machine";
  };
  /** False: declared in a NixOS module or by a network, but not in effect here. */
  readonly active: boolean;
  /** The machine line as it may be shown and copied: passwords in its address are masked. */
  readonly line?: string | undefined;
  /**
   * The text that declares it does not determine all of it: systems and features may be missing, numbers are those that NixOS has
   * by default. Then it has no `line`.
   */
  readonly isPartlyKnown?: true | undefined;
}

/** The result of connecting to a builder once, at the user's request. Nothing is checked periodically. */
export interface BuilderCheck {
  /** When it was finished (ISO 8601). */
  readonly at: string;
  /**
   * Who connected: our own user, with their ssh configuration, agent and known_hosts; or Nix's daemon as root, for which none of
   * these count.
   */
  readonly through: "user" | "daemon";
  readonly reachable: boolean;
  readonly nixVersion?: string | undefined;
  /** Whether its Nix trusts the user that connects. Absent: it does not say (Nix before 2.15). */
  readonly trusted?: boolean | undefined;
  /** The processor of its kernel, as `uname -m` prints it: `x86_64`. */
  readonly processor?: string | undefined;
  /** The systems whose programs its kernel runs through an emulator, whether or not its Nix builds for them. */
  readonly emulates?: readonly string[] | undefined;
  /** Free space of its store (bytes). */
  readonly freeBytes?: number | undefined;
  /** Why it is not reachable or not usable. */
  readonly problem?: Problem | undefined;
}

/** A builder: all machine lines with the same address. */
export interface Builder {
  readonly id: BuilderId;
  readonly name: string;
  readonly kind: "local" | "remote";
  /** At least one. Nix assigns it a derivation that one of them accepts. */
  readonly offers: readonly BuilderOffer[];
  /** The last check, by any window. */
  readonly check?: BuilderCheck | undefined;
  /** This server is checking it now. */
  readonly isChecking?: true | undefined;
}

/**
 * The builders that files of the workspace declare, read from their text: `nix.buildMachines` of NixOS, `network.nixConfig.builders`
 * of a network, and each machine with `boot.binfmt.emulatedSystems` (kind `remote`, its id is the place). None of their offers is
 * active.
 */
export interface DeclaredBuilders {
  readonly builders: readonly Builder[];
  /** Why not all files were read: there are more than 5,000, or it took more than 2 seconds. Asking again continues then. */
  readonly partial?: "files" | "time" | undefined;
}

/** How this machine's Nix opens its store and its connections to builders. */
export interface NixAccess {
  /** Nix runs as a daemon, which opens the connections as root: our user's ssh configuration, agent and known_hosts do not count. */
  readonly daemon: boolean;
  /**
   * Whether Nix accepts our user's `--builders` and other restricted settings: always without a daemon, else only from its
   * `trusted-users`. Absent: unknown.
   */
  readonly trusted?: boolean | undefined;
}

/** What evaluates and builds, for a client that shows it. */
export interface ToolchainReport {
  /** Absent: it was not found. */
  readonly nix?: { readonly version: string; readonly system: string } | undefined;
  /** In Nix's current settings. */
  readonly builders: readonly Builder[];
  /** Absent: Nix was not found. */
  readonly access?: NixAccess | undefined;
  /** Path of the `morph` on `PATH`. */
  readonly morph?: string | undefined;
  /** The evaluator that the setting or the variable `MORPH_NIX_EVAL_MACHINES` names. Absent: it is searched for at each evaluation. */
  readonly evaluator?: { readonly path: string; readonly origin: "setting" | "environment" } | undefined;
}

/** Whether a builder can build something on its own, why or why not, and how we know. */
export interface Capability {
  readonly can: boolean;
  readonly mode: BuildMode;
  readonly known: KnownBy;
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
  /** Why it cannot be chosen, regardless of what it can build. */
  readonly refusal?: Problem | undefined;
  /** How long the derivations of the machine's last plan take there (ms), from how many earlier builds. Absent if unknown. */
  readonly expected?: { readonly ms: number; readonly basis: number } | undefined;
}

/** Where a machine can be built. */
export interface PlaceChoices {
  /** Every builder in Nix's current settings, the best first. */
  readonly builders: readonly BuilderChoice[];
  /** The system on which it is built, if known. */
  readonly system?: string | undefined;
  /** What is worth knowing if Nix chooses the builder: sentences. */
  readonly caveats: readonly string[];
  /**
   * Remote builders that Nix would ask although they refused the machine's system, or did not respond when they were checked. A build
   * can leave them out. Empty if Nix's daemon does not let our user choose.
   */
  readonly leaveOut: readonly BuilderId[];
  /** Hydra as a place. Absent: the settings name no server. */
  readonly hydra?: HydraPlace | undefined;
}

/** The Hydra in the settings as the place for a machine. */
export interface HydraPlace {
  /** Its address. */
  readonly url: string;
  /** The jobset that builds the machine. Absent: there is none, or that is not known. */
  readonly place?: Extract<Place, { readonly kind: "hydra" }> | undefined;
  /** Why that is not known. */
  readonly problem?: Problem | undefined;
}
