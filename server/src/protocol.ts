/**
 * Every message between client and server beyond standard LSP. The only server file that the client imports, so it imports
 * nothing but types of the protocol library. On the wire an absent field and an undefined one are the same.
 */
import type { Command, Location, Range } from "vscode-languageserver-types";

/** What a client passes in `initialize`. A client without `workspace/configuration` passes section `morph` as `settings`. */
export interface InitializationOptions {
  readonly settings?: unknown;
  /** Default false: static features only, nothing is evaluated. */
  readonly trusted?: boolean | undefined;
  /** Where builds are recorded, an absolute path. Default: `$XDG_STATE_HOME/morph-language-server`. */
  readonly storageDir?: string | undefined;
  /** True: the client draws builds itself and needs no server-created progress. */
  readonly views?: boolean | undefined;
  /** The version of the extension, for the log. Default: that of `clientInfo`. */
  readonly version?: string | undefined;
}

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

export type EvaluatorOrigin = "setting" | "environment" | "morph" | "nixpkgs" | "bundled";

/** What evaluating one machine of many gave. No plan: each would cost a dry run of its own, which asks every cache anew. */
export interface EvaluatedMachine {
  readonly machine: string;
  readonly system: string;
  readonly buildSystem: string;
  readonly drvPath: string;
  readonly outPath: string;
  readonly evaluator: {
    readonly path: string;
    readonly origin: EvaluatorOrigin;
    /** A sentence: why this is perhaps not what the user's `morph` evaluates with. */
    readonly note?: string | undefined;
  };
  readonly provenance: Provenance;
  /** Milliseconds. */
  readonly duration: number;
}

/** What evaluating one machine gave. */
export interface Evaluation extends EvaluatedMachine {
  readonly plan: Plan;
}

/** A machine that could not be evaluated. */
export interface FailedEvaluation {
  readonly machine: string;
  readonly problem: Problem;
}

/** One of all machines of a network: a failing one never hides the others. */
export type MachineEvaluation = EvaluatedMachine | FailedEvaluation;

/** How far `morph/evaluateAll` is. */
export interface EvaluationProgress {
  readonly uri: string;
  /** Evaluated machines, failed ones too. */
  readonly done: number;
  readonly expected: number;
}

/** With what a machine was evaluated. */
export interface Provenance {
  readonly nixVersion: string;
  readonly nixPath: string;
  readonly nixpkgs?:
    | { readonly path: string; readonly revision?: string | undefined; readonly versionSuffix?: string | undefined }
    | undefined;
  /** That of the user's `morph`, where there is one that says it. */
  readonly morphVersion?: string | undefined;
}

/** What realising a derivation would do, from Nix's dry run. It promises downloads whatever their signatures. */
export interface Plan {
  /** Paths of derivations. */
  readonly build: readonly string[];
  /** Store paths. */
  readonly fetch: readonly string[];
  readonly downloadBytes?: number | undefined;
  readonly unpackedBytes?: number | undefined;
}

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

/** How many paths of a closure have which status. */
export interface SignatureSummary {
  readonly total: number;
  readonly trusted: number;
  readonly untrusted: number;
  readonly invalid: number;
  readonly unsigned: number;
  readonly missing: number;
  readonly contentAddressed: number;
  readonly builtHere: number;
  readonly unreachable: number;
}

export type SignatureStatus = keyof Omit<SignatureSummary, "total">;

export interface SignatureReport extends SignatureSummary {
  /** Of all paths together, as they are in the store. */
  readonly bytes?: number | undefined;
  readonly caches: readonly CacheState[];
  readonly paths: readonly PathSignature[];
}

export interface CacheState {
  readonly url: string;
  readonly reachable: boolean;
  readonly problem?: Problem | undefined;
}

export interface PathSignature {
  readonly path: string;
  readonly status: SignatureStatus;
  /** The name of the key that decided. */
  readonly key?: string | undefined;
  /** The cache whose answer decided. */
  readonly cache?: string | undefined;
}

/** Something that went wrong, as a value: what happened and what to do. What Nix said stays in `detail`. */
export interface Problem {
  /** Stable. */
  readonly code: string;
  readonly severity: "error" | "warning" | "info";
  readonly message: string;
  readonly detail?: string | undefined;
  readonly location?: Location | undefined;
  readonly fixes?: readonly Command[] | undefined;
}

/** One line of the doctor's report. Not produced yet. */
export interface Finding {
  readonly topic: string;
  readonly state: "ok" | "warning" | "error";
  readonly found: string;
  readonly fixes?: readonly Command[] | undefined;
}

export interface Health {
  readonly state: "ok" | "warning" | "error";
  /** That of the problem, if there is one: `no-nix`, `too-many-networks`, `ignored-globs`; of what is no problem: `only-flake`. */
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly fixes?: readonly Command[] | undefined;
}

/** A derivation that is another than it was, by something of its own. */
export interface DerivationChange {
  /** Without hash and `.drv`. */
  readonly name: string;
  /** Its name before, where that is another. */
  readonly before?: string | undefined;
  /** What of it changed; for one that is new, nothing. */
  readonly parts: readonly ChangedPart[];
}

/** A variable of the builder's environment, by its name, or something else of the derivation. */
export type ChangedPart =
  | { readonly kind: "variable" | "source" | "input"; readonly name: string }
  | { readonly kind: "system" };

/** Why a build is another than an earlier one of the same machine. */
export interface RebuildReasons {
  /** The build that it is compared with. */
  readonly previous: { readonly id: string; readonly startedAt: string };
  /** Revisions of nixpkgs, where they differ; one that is not known is absent. */
  readonly nixpkgs?: { readonly before?: string | undefined; readonly after?: string | undefined } | undefined;
  /** The deepest first; none: it is the same derivation. */
  readonly changes: readonly DerivationChange[];
}

/** One page of a log. */
export interface LogPage {
  /** Whole lines, each with its line end; at most `maxLogLines`. */
  readonly text: string;
  /** Counted in lines. */
  readonly nextOffset: number;
  /** True: it cannot grow. */
  readonly done: boolean;
}

/** The most lines that one `morph/buildLog` answers. */
export const maxLogLines = 2000;

/**
 * A request that is well formed and cannot start answers with this code and `data: Problem` (LSP's RequestFailed). One that is
 * malformed answers with InvalidParams (-32602) and a message that names the field.
 */
export const requestFailed = -32803;

/** Requests of the client: method -> its parameters and result. */
export interface Requests {
  /** Static; never evaluates. */
  "morph/network": { params: { readonly textDocument: { readonly uri: string } }; result: Network };
  /** Every network file of the workspace. */
  "morph/networks": { params: Record<string, never>; result: readonly Network[] };
  /** Runs Nix. */
  "morph/evaluate": {
    params: { readonly uri: string; readonly machine: string; readonly attribute?: string | undefined };
    result: Evaluation;
  };
  /** Runs Nix: every machine, also those whose names only evaluation tells. By name. */
  "morph/evaluateAll": { params: { readonly uri: string }; result: readonly MachineEvaluation[] };
  /** Answers once the build is recorded. */
  "morph/build": { params: BuildParams; result: { readonly id: string } };
  /**
   * The same for several machines, in Morph's order. They are evaluated together, and so many run at once as setting
   * `morph.maxBuilds` says.
   */
  "morph/buildMany": {
    params: { readonly uri: string; readonly machines: readonly string[]; readonly place?: Place | undefined };
    result: { readonly ids: readonly string[] };
  };
  "morph/cancel": { params: { readonly id: string }; result: null };
  /** Keeps a build when others are pruned, or no longer. */
  "morph/keep": { params: { readonly id: string; readonly on: boolean }; result: null };
  /** Drops the record and its GC roots. */
  "morph/remove": { params: { readonly id: string }; result: null };
  /** Compares a build with the one before of the same machine. Problems: `no-earlier-build`, `not-evaluated`. */
  "morph/rebuildReasons": { params: { readonly id: string }; result: RebuildReasons };
  /** Running and past, newest first. */
  "morph/builds": { params: Record<string, never>; result: readonly BuildSummary[] };
  "morph/buildDetails": { params: { readonly id: string }; result: Build };
  /** Derivation deltas are sent only while somebody looks. */
  "morph/watchBuild": { params: { readonly id: string; readonly on: boolean }; result: null };
  "morph/buildLog": {
    params: {
      readonly id: string;
      readonly derivation?: string | undefined;
      /** Counted in lines. */
      readonly offset?: number | undefined;
      /** True: the text keeps what sets colours and weights (SGR, `ESC [ … m`), and no other escape sequence. */
      readonly colours?: true | undefined;
    };
    result: LogPage;
  };
  "morph/builders": { params: Record<string, never>; result: readonly Builder[] };
  /** Every builder with what it can do for a machine, the best first. Problem: `no-nix`. */
  "morph/buildersFor": {
    params: { readonly uri: string; readonly machine: string };
    result: readonly BuilderChoice[];
  };
  "morph/signatures": { params: { readonly id: string } | { readonly storePath: string }; result: SignatureReport };
}

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

/** Notifications of the server: method -> its parameters. */
export interface ServerNotifications {
  "morph/networkDidChange": NetworkChange;
  /** While all machines of a network are evaluated: once their number is known, and after each of them. */
  "morph/evaluationDidProgress": EvaluationProgress;
  /** At most 10 a second for a build; every change arrives in the end. */
  "morph/buildDidChange": BuildDelta;
  "morph/buildersDidChange": Record<string, never>;
  "morph/health": Health;
}

/** Notifications of the client: method -> its parameters. */
export interface ClientNotifications {
  "morph/didGrantTrust": Record<string, never>;
}

/** Commands that the server runs through `workspace/executeCommand`, each with one argument: the parameters of the request of its name. */
export const serverCommands = ["morph.evaluate", "morph.build", "morph.cancel"] as const;
