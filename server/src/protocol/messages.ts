import type { Builder, BuilderId, DeclaredBuilders, Place, PlaceChoices, ToolchainReport } from "./builders.ts";
import type {
  BuilderFix,
  BuildMachine,
  BuildMachineDefaults,
  BuildMachineFiles,
  BuildMachineModules,
  CacheKeys,
} from "./buildMachines.ts";
import type { BatchKind, Build, BuildDelta, BuildParams, BuildSummary, Leftovers, OutdatedBuilds } from "./builds.ts";
import type { Evaluation, EvaluationProgress, MachineEvaluation } from "./evaluations.ts";
import type {
  HydraComparison,
  HydraComparisonParams,
  HydraConnection,
  HydraDryEvaluation,
  HydraJobset,
  HydraJobsetParams,
  HydraJobsetPlan,
  HydraLogin,
  HydraProject,
  HydraStatus,
} from "./hydra.ts";
import type { LogPage } from "./logs.ts";
import type { Network, NetworkChange } from "./networks.ts";
import type { Health } from "./problems.ts";
import type { RebuildReasons } from "./rebuilds.ts";
import type { CopyProgress, SignatureAdvice, TrustKeyFixes } from "./signatureAdvice.ts";
import type { SignatureReport } from "./signatures.ts";

/** What a client passes in `initialize`. A client without `workspace/configuration` passes section `morph` as `settings`. */
export interface InitializationOptions {
  readonly settings?: unknown;
  /** Default: false, which means static features only; nothing is evaluated. */
  readonly trusted?: boolean | undefined;
  /** Absolute path of the folder for build records. Default: `$XDG_STATE_HOME/morph-language-server`. */
  readonly storageDir?: string | undefined;
  /** True when the client shows builds in its own views and needs no server-created progress. */
  readonly views?: boolean | undefined;
  /** The version of the extension, for the log. Default: that of `clientInfo`. */
  readonly version?: string | undefined;
  /** English text -> its translation, as in VS Code's `bundle.l10n.LANGUAGE.json`. Default: everything stays in English. */
  readonly translations?: Readonly<Record<string, string>> | undefined;
  /** The `lensCommands` that the client has, and those of code actions. Default: none, so that nothing needs them. */
  readonly commands?: readonly string[] | undefined;
}

/** Requests from the client: method -> parameters and result. */
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
  /** Runs Nix for every machine, including those whose names only evaluation reveals. Sorted by name. */
  "morph/evaluateAll": { params: { readonly uri: string }; result: readonly MachineEvaluation[] };
  /** Responds as soon as the build is recorded. */
  "morph/build": { params: BuildParams; result: { readonly id: string } };
  /**
   * Follows a build that Hydra has started by itself, for example by its regular check. Problems: `no-hydra`, `hydra-no-build`, and
   * those of a request to Hydra.
   */
  "morph/followHydraBuild": {
    params: { readonly uri: string; readonly machine: string; readonly build: number };
    result: { readonly id: string };
  };
  /** Has Hydra start a build again, and follows it in a new record. Problems: `no-hydra`, `not-on-hydra`. */
  "morph/restartHydraBuild": { params: { readonly id: string }; result: { readonly id: string } };
  /**
   * The same for several machines, in Morph's order. They are evaluated together, and at most `morph.maxBuilds` (a setting) of them
   * run in parallel. What it starts is a batch, which other windows and the next server know from its records. A machine that is
   * already being built keeps its build, which is among `ids`, but not in the batch; a single new build is not a batch.
   */
  "morph/buildMany": {
    params: {
      readonly uri: string;
      readonly machines: readonly string[];
      readonly place?: Place | undefined;
      /** As for a single build. */
      readonly detached?: true | undefined;
      readonly fetch?: true | undefined;
      /** Default: `selection`. */
      readonly kind?: BatchKind | undefined;
      /** The tag, if the kind is `tag`. */
      readonly tag?: string | undefined;
    };
    result: { readonly ids: readonly string[]; readonly batch?: string | undefined };
  };
  "morph/cancel": { params: { readonly id: string }; result: null };
  /** Pins a build, which exempts it from pruning, or unpins it. */
  "morph/keep": { params: { readonly id: string; readonly on: boolean }; result: null };
  /** Deletes the record and its GC roots. */
  "morph/remove": { params: { readonly id: string }; result: null };
  /** Compares a build with the previous one of the same machine. Problems: `no-earlier-build`, `not-evaluated`. */
  /** Connects to the builders that a failed build has lost and looks what is left of it there. Problems: as for a connection. */
  "morph/leftovers": { params: { readonly id: string }; result: readonly Leftovers[] };
  "morph/rebuildReasons": { params: { readonly id: string }; result: RebuildReasons };
  /** Running and past, newest first. */
  "morph/builds": { params: Record<string, never>; result: readonly BuildSummary[] };
  "morph/buildDetails": { params: { readonly id: string }; result: Build };
  /** Deltas include derivations only while a client watches the build. */
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
  /**
   * All builders. `check`: connects to one (or all) of them and has it build something tiny for each of its systems, at most 10
   * seconds each and in parallel; `morph/toolchainDidChange` publishes each result. Otherwise connects to none.
   * Problems: `no-nix`, `untrusted`, `unknown-builder`.
   */
  "morph/builders": { params: { readonly check?: BuilderId | true | undefined }; result: readonly Builder[] };
  /**
   * Builders that the workspace declares. Runs nothing, so it also works in a workspace that is not trusted. The first request searches
   * the workspace; from then on `morph/buildersDidChange` is sent when the answer changes.
   */
  "morph/declaredBuilders": { params: Record<string, never>; result: DeclaredBuilders };
  /** Where a machine can be built: every builder with what it can do for it, the best first. Problem: `no-nix`. */
  "morph/buildersFor": {
    params: { readonly uri: string; readonly machine: string };
    result: PlaceChoices;
  };
  /** What to change so that a machine gets a builder, the simplest first. Never an edit of a text with syntax errors. */
  "morph/builderFixes": {
    params: {
      readonly uri: string;
      readonly machine: string;
      /** The system to build for. Default: the machine's. */
      readonly system?: string | undefined;
    };
    result: readonly BuilderFix[];
  };
  /** What the guided flow for a build machine proposes. */
  "morph/buildMachineDefaults": { params: Record<string, never>; result: BuildMachineDefaults };
  /** The NixOS modules of a build machine and its clients. Writes nothing. */
  "morph/buildMachineModules": {
    params: { readonly machine: BuildMachine; readonly files: BuildMachineFiles };
    result: BuildMachineModules;
  };
  /**
   * Has Nix create the keys of a binary cache in a folder on this machine, which only its user may read. The secret key is not
   * read. Problems: `untrusted`, `keys-exist`, `no-keys`, `no-nix`.
   */
  "morph/createCacheKeys": {
    params: { readonly host: string; readonly folder: string };
    result: CacheKeys;
  };
  /**
   * Checks the signatures of a build's result again and records the report, which `morph/buildDidChange` publishes in short. A request
   * that is cancelled leaves the last report. Problems: `untrusted`, `not-checked` (it has no result on this machine), `not-recorded`.
   */
  "morph/checkSignatures": { params: { readonly id: string }; result: SignatureReport };
  /** What to do about the signatures of a build's result, by its last report, the most urgent first. */
  "morph/signatureAdvice": { params: { readonly id: string }; result: readonly SignatureAdvice[] };
  /**
   * Where a public key of a cache can be trusted. It is compared with the signatures that the cache has for the build's closure.
   * Problems: `untrusted`, `key-does-not-fit`, `no-result`, `unknown-network`.
   */
  "morph/trustKeyFixes": {
    params: { readonly id: string; readonly cache: string; readonly publicKey: string };
    result: TrustKeyFixes;
  };
  /**
   * Has Nix sign a build's closure in a store (`nix store sign`) with a key file, which is not read by us. Can be cancelled.
   * Problems: `untrusted`, `not-signed`, `bad-key-file`, `no-result`, `no-nix`.
   */
  "morph/signPaths": {
    params: { readonly id: string; readonly store: string; readonly keyFile: string };
    result: null;
  };
  /**
   * Has Nix copy a build's closure to a store (`nix copy`); `morph/copyDidProgress` publishes how far it is. Can be cancelled.
   * `keyFile`: a secret key with which a cache of files is signed. Problems: `untrusted`, `not-pushed`,
   * `bad-key-file`, `no-result`, `no-nix`.
   */
  "morph/pushPaths": {
    params: { readonly id: string; readonly store: string; readonly keyFile?: string | undefined };
    result: null;
  };
  "morph/signatures": { params: { readonly id: string } | { readonly storePath: string }; result: SignatureReport };
  /**
   * Connects to a Hydra server, whether or not it is the one in the settings, and returns what its user may do there. `login`: tried
   * instead of the client's, and used from then on if it is right. Without one, and if the client has none, the server is only read.
   * Problems: `untrusted`, `hydra-unreachable`, `hydra-login`, `hydra-signed-out`, `hydra-not-hydra`, `hydra-refused`.
   */
  "morph/hydraConnect": {
    params: HydraProject & { readonly login?: HydraLogin | undefined };
    result: HydraConnection;
  };
  /**
   * Compares Hydra's newest build of a machine with an evaluation here. Can be cancelled. Problems: `untrusted`, `no-hydra`,
   * `hydra-no-jobset`, `hydra-no-build`, those of the server, and those of `morph/evaluate`.
   */
  "morph/compareHydraBuild": { params: HydraComparisonParams; result: HydraComparison };
  /**
   * What the Hydra server in the settings knows about the machines of the workspace. `refresh`: asks the server first; else it is the
   * last answer. A server that does not answer is a problem in the status.
   */
  "morph/hydraStatus": { params: { readonly refresh?: true | undefined }; result: HydraStatus };
  /** While on, the server in the settings is asked every minute or less, and `morph/hydraDidChange` publishes what has changed. */
  "morph/watchHydra": { params: { readonly on: boolean }; result: null };
  /**
   * Evaluates machines here as Hydra would. Writes no file and asks no server. Can be cancelled. Problems: `untrusted`, `no-git`,
   * `no-repository`, `no-checkout`, `hydra-same-job`, `no-nix`, `no-evaluator`.
   */
  "morph/hydraEvaluate": { params: HydraJobsetParams; result: HydraDryEvaluation };
  /**
   * What creating a jobset for machines would do. Writes no file and changes nothing on the server, which is asked whether it has the
   * jobset. Can be cancelled. Problems: `untrusted`, `no-git`, `no-repository`, `hydra-same-job`, `no-nix`, `no-evaluator`.
   */
  "morph/hydraJobset": { params: HydraJobsetParams; result: HydraJobsetPlan };
  /**
   * Creates or updates a jobset as it was shown, and its project if there is none. Problems: `untrusted`, `hydra-changed` (the settings
   * name another server), and those of Hydra.
   */
  "morph/createHydraJobset": { params: HydraProject & { readonly jobset: HydraJobset }; result: null };
}

/** Requests from the server: method -> parameters and result. A client without them has no logins. */
export interface ServerRequests {
  /**
   * The login that the client keeps for a Hydra server, by its base address. It is sent only there. Null: none. The client does not ask
   * the user.
   */
  "morph/hydraLogin": { params: { readonly url: string }; result: HydraLogin | null };
}

/** Notifications from the server: method -> parameters. */
export interface ServerNotifications {
  "morph/networkDidChange": NetworkChange;
  /** Sent while all machines of a network are evaluated: once their number is known, and after each machine. */
  "morph/evaluationDidProgress": EvaluationProgress;
  /** At most 10 per second and build; every change arrives eventually. */
  "morph/buildDidChange": BuildDelta;
  /** Changes `outdated` of builds, not their revision. */
  "morph/outdatedBuildsDidChange": OutdatedBuilds;
  /** The builders in Nix's settings, or those that the workspace declares, have changed. */
  "morph/buildersDidChange": Record<string, never>;
  /** Sent once Nix has answered, which an untrusted workspace does not ask, and when it or what is known of a builder changes. */
  "morph/toolchainDidChange": ToolchainReport;
  "morph/health": Health;
  /** The answer to `morph/hydraStatus` has changed, not only in its time. */
  "morph/hydraDidChange": HydraStatus;
  /** Sent while a closure is copied, at most 10 times per second. */
  "morph/copyDidProgress": CopyProgress;
}

/** Notifications from the client: method -> parameters. */
export interface ClientNotifications {
  "morph/didGrantTrust": Record<string, never>;
  /** The login for a Hydra server has been removed or replaced: the server forgets it, and its session there. */
  "morph/hydraLoginDidChange": { readonly url: string };
}

/** Commands that the server runs through `workspace/executeCommand`, each with one argument: the parameters of the request of its name. */
export const serverCommands = ["morph.evaluate", "morph.build", "morph.cancel"] as const;
