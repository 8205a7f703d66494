import type { BuilderId, Place } from "./builders.ts";
import type { Problem } from "./problems.ts";
import type { SignatureSummary } from "./signatures.ts";

export interface BuildParams {
  readonly uri: string;
  readonly machine: string;
  readonly place?: Place | undefined;
  readonly attribute?: string | undefined;
  /**
   * The build runs under a supervisor on its builder, so it continues while this machine is off. Only with the place `store`; otherwise
   * it is ignored.
   */
  readonly detached?: true | undefined;
  /** Copy the result here at the end, and keep it here instead of in the builder's store. Only with the place `store`. */
  readonly fetch?: true | undefined;
  /**
   * Fetch the result from the binary caches, and build nothing: the output path is realised, not the derivation. `place`, `detached`
   * and `fetch` are ignored.
   */
  readonly fromCache?: true | undefined;
  /** Keep the build directory of a derivation that fails (Nix's `--keep-failed`). */
  readonly keepFailed?: true | undefined;
  /** Start even if the checks before the build say that it cannot succeed. */
  readonly regardless?: true | undefined;
}

/** Which machines of a network a batch builds: all, those with a tag, or a selection. */
export type BatchKind = "all" | "tag" | "selection";

/** The builds that one request started together (`morph/buildMany`), as recorded in each of them. */
export interface Batch {
  readonly id: string;
  readonly kind: BatchKind;
  /** The tag, if the kind is `tag`. */
  readonly tag?: string | undefined;
  /** How many builds it has started: at least two. */
  readonly size: number;
  /** The place of this build in Morph's order, which is the order of the queue. From 0. */
  readonly position: number;
}

/** `reconnecting`: the host that the build runs on cannot be reached. */
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

/** The states in which a build no longer changes. */
export const finalStates: ReadonlySet<BuildState> = new Set(["succeeded", "failed", "cancelled", "lost"]);

export interface BuildSummary {
  readonly id: string;
  readonly uri: string;
  readonly machine: string;
  readonly attribute?: string | undefined;
  /** Absent if it was started alone. */
  readonly batch?: Batch | undefined;
  readonly system?: string | undefined;
  readonly place: Place;
  /** It runs under a supervisor on its builder. */
  readonly detached?: true | undefined;
  /** Its result is copied here at the end. */
  readonly fetch?: true | undefined;
  /** It fetches its result from the binary caches, and builds nothing. */
  readonly fromCache?: true | undefined;
  /**
   * Set when the result has stayed in a builder's store: its address, and why it is not protected there from garbage collection or
   * was not copied here. For a build on Hydra, the address is that of Hydra.
   */
  readonly stored?: { readonly store: string; readonly problem?: Problem | undefined } | undefined;
  /** Increases with every change; a delta carries the resulting revision. */
  readonly revision: number;
  readonly state: BuildState;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601. */
  readonly stoppedAt?: string | undefined;
  readonly drvPath?: string | undefined;
  readonly outPath?: string | undefined;
  /** A fingerprint of the text that it was evaluated from: the network and the files that it imports. */
  readonly stamp?: string | undefined;
  /** That text has changed since. Absent as well if the text of either time is unknown. */
  readonly outdated?: true | undefined;
  /** `bytes`: size of the result's closure. `pinned`: the build is exempt from pruning. */
  readonly kept: { readonly bytes?: number | undefined; readonly pinned?: boolean | undefined };
  readonly progress: Progress;
  readonly transfers: Transfers;
  /** `remaining`: milliseconds. `basis`: how many earlier builds the estimate uses. */
  readonly estimate?: { readonly remaining: number; readonly basis: number } | undefined;
  /** Where derivations are being built now; absent unless at least one is. */
  readonly runningOn?: readonly BuilderLoad[] | undefined;
  /** The builder from which nothing has been heard for longest, if that is unusual. It does not mean that the build has failed. */
  readonly silence?: BuilderSilence | undefined;
  readonly failure?: Problem | undefined;
  /** Problems found before the build that did not prevent it from starting, as long as they still apply. */
  readonly warnings?: readonly Problem[] | undefined;
  readonly signatures?: SignatureSummary | undefined;
  /** The check that `signatures` is from. Missing in builds of older versions. */
  readonly signatureCheck?: SignatureCheck | undefined;
  /** Set for a build on Hydra. */
  readonly hydra?: BuildOnHydra | undefined;
}

/** A build on Hydra. Its pages are `<url>/build/<build>`, `<url>/eval/<evaluation>` and `<url>/jobset/<project>/<jobset>`. */
export interface BuildOnHydra {
  readonly url: string;
  readonly project: string;
  readonly jobset: string;
  readonly job?: string | undefined;
  /** Until it is evaluated: whether the evaluation has begun. */
  readonly phase?: "pending" | "evaluating" | undefined;
  readonly evaluation?: number | undefined;
  readonly build?: number | undefined;
}

/** When the signatures of a result were checked, and which caches could not be asked for every path. */
export interface SignatureCheck {
  /** ISO 8601. */
  readonly at?: string | undefined;
  /** The address of each such cache, without a login, and the code of its problem. */
  readonly problems?: readonly { readonly cache: string; readonly code: string }[] | undefined;
}

/** How many derivations a builder is building for a build: at least one. */
export interface BuilderLoad {
  readonly builder: BuilderId;
  readonly running: number;
}

/** A remote builder from which nothing has been heard for unusually long. */
export interface BuilderSilence {
  readonly builder: BuilderId;
  /** When it was last heard from, or when the wait began (ISO 8601). */
  readonly since: string;
  /**
   * `waiting`: for the connection, for a free slot, or for a lock that another build holds. `building`: it was building something,
   * and has printed nothing since, which a long compilation also does.
   */
  readonly reason: "waiting" | "building";
  /** The connection fails by itself within half a minute when it is lost: the builder is there, and just prints nothing. */
  readonly connected?: true | undefined;
}

/** Counts of derivations to build, each once, without transfers. A derivation that was not needed does not count. */
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
  /** Bytes per second over the last few seconds; absent when nothing is being transferred. */
  readonly rate?: number | undefined;
}

export interface Build extends BuildSummary {
  readonly derivations: readonly DerivationState[];
  readonly transferStates: readonly TransferState[];
}

/**
 * What changed in a build. It holds only the derivations and transfers that changed; a client that missed a revision requests
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

/** The text of a network changed, or changed back. */
export interface OutdatedBuilds {
  readonly uri: string;
  /** The builds that are outdated now. */
  readonly outdated: readonly string[];
  /** The builds that were outdated, and no longer are. */
  readonly current: readonly string[];
}

/** What is left on a builder of a build that has lost it, as it is now. */
export interface Leftovers {
  readonly builder: BuilderId;
  /** The derivations that it was building. Empty: none of them is being built, and none has been finished. */
  readonly derivations: readonly {
    readonly drvPath: string;
    /** `building`: a Nix there still holds the lock of its output, so that a retry waits for it. `built`: its output is there. */
    readonly state: "building" | "built";
  }[];
}

export interface DerivationState {
  readonly drvPath: string;
  /** Without hash and `.drv`. */
  readonly name: string;
  readonly attempt: number;
  readonly state:
    | "planned"
    /** For a free builder, or for another Nix process that is building it. */
    | "waiting"
    | "building"
    | "built"
    /** Its outputs are in the store, but this build neither built nor fetched them. */
    | "built-by-another"
    /** It was planned to be built, but a cache had it. */
    | "fetched"
    /** The build succeeded without it, because everything that depends on it came from elsewhere. */
    | "not-needed"
    | "failed"
    | "dependency-failed"
    | "cancelled";
  /** The builder's phase, such as `buildPhase`. */
  readonly phase?: string | undefined;
  /** A store URI; absent for this machine. */
  readonly builder?: string | undefined;
  /** The builder runs it through an emulator, according to its settings. */
  readonly emulated?: true | undefined;
  /** The builder that it was expected on before the build, if Nix has given it to another one. */
  readonly expectedOn?: BuilderId | undefined;
  /** ISO 8601. */
  readonly startedAt?: string | undefined;
  /** ISO 8601. */
  readonly stoppedAt?: string | undefined;
  readonly lastLine?: string | undefined;
  /** The build directory that Nix kept after the failure, on the machine that built it. */
  readonly keptFolder?: string | undefined;
  /** Indices into `Build.derivations`; only in `morph/buildDetails`. */
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
