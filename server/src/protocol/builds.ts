import type { Place } from "./builders.ts";
import type { Problem } from "./problems.ts";
import type { SignatureSummary } from "./signatures.ts";

export interface BuildParams {
  readonly uri: string;
  readonly machine: string;
  readonly place?: Place | undefined;
  readonly attribute?: string | undefined;
  /** The folder in which a derivation fails is kept (Nix's `--keep-failed`). */
  readonly keepFailed?: true | undefined;
  /** It starts although what was found before says that it cannot end well. */
  readonly regardless?: true | undefined;
}

/** `reconnecting`: the host that it runs on cannot be reached. */
export type BuildState =
  | "evaluating"
  | "queued"
  | "building"
  | "reconnecting"
  | "checking"
  | "succeeded"
  | "failed"
  | "cancelled"
  | "lost";

/** The states after which a build does not change any more. */
export const finalStates: ReadonlySet<BuildState> = new Set(["succeeded", "failed", "cancelled", "lost"]);

export interface BuildSummary {
  readonly id: string;
  readonly uri: string;
  readonly machine: string;
  readonly attribute?: string | undefined;
  readonly system?: string | undefined;
  readonly place: Place;
  /** Grows with every change; a delta carries the revision that it leads to. */
  readonly revision: number;
  readonly state: BuildState;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601. */
  readonly stoppedAt?: string | undefined;
  readonly drvPath?: string | undefined;
  readonly outPath?: string | undefined;
  /** `bytes`: of the result with all that it needs. `pinned`: the user keeps the build when others are pruned. */
  readonly kept: { readonly bytes?: number | undefined; readonly pinned?: boolean | undefined };
  readonly progress: Progress;
  readonly transfers: Transfers;
  /** Milliseconds, and from how many earlier builds. */
  readonly estimate?: { readonly remaining: number; readonly basis: number } | undefined;
  readonly failure?: Problem | undefined;
  /** What was found before it started and does not keep it from starting, while it is true. */
  readonly warnings?: readonly Problem[] | undefined;
  readonly signatures?: SignatureSummary | undefined;
  /** Not produced yet. */
  readonly hydra?:
    | {
        readonly url: string;
        readonly project: string;
        readonly jobset: string;
        readonly evaluation?: number | undefined;
        readonly build?: number | undefined;
      }
    | undefined;
}

/** Derivations to build, each once; never transfers. One that was not needed does not count. */
export interface Progress {
  /** Built, fetched, or built by another build. */
  readonly done: number;
  readonly running: number;
  readonly failed: number;
  readonly expected: number;
}

export interface Transfers {
  readonly running: number;
  readonly done: number;
  readonly bytesDone: number;
  readonly bytesExpected: number;
  /** Bytes a second, over the last seconds; absent when nothing is transferred. */
  readonly rate?: number | undefined;
}

export interface Build extends BuildSummary {
  readonly derivations: readonly DerivationState[];
  readonly transferStates: readonly TransferState[];
}

/**
 * What changed in a build. It holds the changed derivations and transfers only; a client that misses a revision asks
 * `morph/buildDetails` again.
 */
export interface BuildDelta {
  readonly id: string;
  readonly revision: number;
  readonly summary: BuildSummary;
  readonly derivations?: readonly DerivationState[] | undefined;
  readonly transferStates?: readonly TransferState[] | undefined;
  readonly removed?: true | undefined;
}

export interface DerivationState {
  readonly drvPath: string;
  /** Without hash and `.drv`. */
  readonly name: string;
  readonly attempt: number;
  readonly state:
    | "planned"
    /** For a builder, or for another Nix that builds it. */
    | "waiting"
    | "building"
    | "built"
    /** Its outputs are in the store, and this build has neither built nor fetched them. */
    | "built-by-another"
    /** It was to be built, and a cache had it after all. */
    | "fetched"
    /** The build has succeeded without it: what needs it came from elsewhere. */
    | "not-needed"
    | "failed"
    | "dependency-failed"
    | "cancelled";
  /** The builder's phase, such as `buildPhase`. */
  readonly phase?: string | undefined;
  /** A store URI; absent when built here. */
  readonly builder?: string | undefined;
  /** The builder runs it through an emulator, as far as its settings say. */
  readonly emulated?: true | undefined;
  /** ISO 8601. */
  readonly startedAt?: string | undefined;
  /** ISO 8601. */
  readonly stoppedAt?: string | undefined;
  readonly lastLine?: string | undefined;
  /** The folder in which it failed, which Nix has kept where it was built. */
  readonly keptFolder?: string | undefined;
  /** Indexes into `Build.derivations`; only in `morph/buildDetails`. */
  readonly dependencies?: readonly number[] | undefined;
}

export interface TransferState {
  readonly path: string;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Bytes. */
  readonly done: number;
  /** Bytes. */
  readonly expected?: number | undefined;
  readonly state: "running" | "done" | "failed";
}
