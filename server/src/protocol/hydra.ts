import type { Problem } from "./problems.ts";
import type { DerivationChange } from "./rebuilds.ts";

/** A Hydra server and the project in it that this workspace uses (settings `morph.hydra.url` and `morph.hydra.project`). */
export interface HydraProject {
  /** Its base address, perhaps with a path, without a slash at the end and without a login. */
  readonly url: string;
  readonly project: string;
}

/** A user name and a password for a Hydra server. The server keeps them in memory only. */
export interface HydraLogin {
  readonly user: string;
  readonly password: string;
}

/** What was found when connecting to a Hydra server. */
export interface HydraConnection extends HydraProject {
  /** Absent: not logged in. */
  readonly user?: string | undefined;
  /** Hydra's roles of that user, such as `create-projects`. */
  readonly roles: readonly string[];
  /** Whether the project exists, and may be read. */
  readonly hasProject: boolean;
  /** What the user may not do, with the role that is missing. */
  readonly missing: readonly HydraMissingRole[];
}

/** Something that a user of Hydra may not do. */
export interface HydraMissingRole {
  readonly action: "create the project" | "change jobsets" | "start evaluations" | "restart builds" | "cancel builds";
  /** Any one of these roles allows it. */
  readonly roles: readonly string[];
}

/** An input of a jobset, as Hydra has it: type `git` with `https://example.org/network.git main`. */
export interface HydraInput {
  readonly type: string;
  readonly value: string;
  readonly emailResponsible?: boolean | undefined;
}

/** A jobset as Hydra's form has it. Times in seconds. */
export interface HydraJobset {
  readonly name: string;
  readonly description: string;
  /** 0: off; 1: on; 2: evaluated once; 3: one evaluation at a time. */
  readonly enabled: 0 | 1 | 2 | 3;
  readonly visible: boolean;
  readonly expressionInput: string;
  /** Relative to that input. */
  readonly expressionPath: string;
  /** Between two checks of the inputs (s). 0: never. */
  readonly checkInterval: number;
  readonly schedulingShares: number;
  /** How many evaluations are kept from garbage collection. */
  readonly keepEvaluations: number;
  readonly inputs: Readonly<Record<string, HydraInput>>;
}

/** A difference between a jobset on the server and the one that we would create. */
export interface HydraDrift {
  /** A field of the jobset, or `inputs.NAME`. */
  readonly field: string;
  /** As text; absent: it is not there. */
  readonly theirs?: string | undefined;
  readonly ours?: string | undefined;
}

/** Machines of a network that have one jobset. */
export interface HydraJobsetParams {
  readonly uri: string;
  /** At least one. */
  readonly machines: readonly string[];
  /** Its name. Default: that of the machine, or `machines` for several. */
  readonly jobset?: string | undefined;
}

/** A file in the workspace that a jobset needs. */
export interface HydraFile {
  readonly uri: string;
  /** Relative to the root of its repository, with `/`. */
  readonly path: string;
  readonly text: string;
  /**
   * `same`: it has this text. `outdated`: it was written for other machines and can be replaced. `other`: the user has changed it, and
   * it is left as it is.
   */
  readonly state: "missing" | "same" | "outdated" | "other";
}

/** What creating a jobset for machines would do. */
export interface HydraJobsetPlan extends HydraProject {
  readonly jobset: HydraJobset;
  /** Missing or different from the jobset on the server. Absent: there is none yet, as far as is known. */
  readonly drift?: readonly HydraDrift[] | undefined;
  readonly projectExists: boolean;
  /** The address of the jobset's page. Absent: the settings name no server, and `url` is empty. */
  readonly page?: string | undefined;
  /** Why it is unknown what the server has. */
  readonly problem?: Problem | undefined;
  readonly files: readonly HydraFile[];
  /** What Hydra cannot see or will refuse: changes that are not committed or pushed, a private remote. Of errors, none may be left. */
  readonly warnings: readonly Problem[];
  /** The jobset as an entry of a declarative project's `spec.json`. */
  readonly spec: string;
}

/** A job, evaluated here as Hydra would evaluate it. */
export interface HydraJob {
  readonly job: string;
  readonly machine?: string | undefined;
  readonly drvPath?: string | undefined;
  /** Whether the machine's own evaluation has the same derivation; absent if that is unknown. */
  readonly isSame?: boolean | undefined;
  readonly problem?: Problem | undefined;
}

/**
 * What Hydra would say about the expression of machines, if everything in the working tree were committed and pushed. Ignored files do
 * not count; files of the expression that are missing do.
 */
export interface HydraDryEvaluation {
  readonly jobset: string;
  /** The expression, relative to the root of its repository. */
  readonly expressionPath: string;
  readonly files: readonly HydraFile[];
  /** Input -> the path here that was used for it. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly jobs: readonly HydraJob[];
  /** The whole expression cannot be evaluated. */
  readonly problem?: Problem | undefined;
}

/** What Hydra knows about a machine of a network. */
export interface HydraMachine extends HydraProject {
  readonly machine: string;
  readonly jobset: string;
  readonly job: string;
  readonly isEnabled: boolean;
  readonly checkInterval: number;
  /** The address of the jobset's page. */
  readonly page: string;
  /** When its inputs were last checked (ISO 8601). */
  readonly checkedAt?: string | undefined;
  /** An evaluation was asked for, or runs. */
  readonly isEvaluating?: true | undefined;
  /** Why the last check has no new build: `hydra-inputs`, `hydra-evaluation`, `hydra-restricted`, `hydra-import-from-derivation`. */
  readonly problem?: Problem | undefined;
  /** The newest one with builds. */
  readonly evaluation?: { readonly id: number; readonly at: string } | undefined;
  /** Its build in that evaluation. */
  readonly build?: HydraMachineBuild | undefined;
}

/** A build of a machine by Hydra. */
export interface HydraMachineBuild {
  readonly id: number;
  /** The address of its page. */
  readonly page: string;
  /** `queued` and `building` have no result yet. */
  readonly state: "queued" | "building" | "succeeded" | "failed" | "cancelled";
  /** When it ended, or was queued (ISO 8601). */
  readonly at: string;
  readonly drvPath: string;
  readonly outPath?: string | undefined;
  /** Its place in Hydra's queue, from 1. */
  readonly queuePosition?: number | undefined;
  /** Failed builds only: whether the build before it had succeeded, or there was none. */
  readonly isNewlyFailing?: boolean | undefined;
}

/** What Hydra knows about the machines of the workspace. */
export interface HydraStatus extends Partial<HydraProject> {
  /** Why it is not up to date: it cannot be reached, or asks for a login. */
  readonly problem?: Problem | undefined;
  /** ISO 8601. Absent: not asked yet. */
  readonly at?: string | undefined;
  /** Network URI -> its machines that Hydra has. */
  readonly machines: Readonly<Record<string, readonly HydraMachine[]>>;
}

/** What to compare with Hydra's newest build. */
export interface HydraComparisonParams {
  readonly uri: string;
  readonly machine: string;
  /** Evaluates the job here with the inputs of Hydra's evaluation first, which can take minutes. */
  readonly withInputs?: true | undefined;
}

/** How the derivations of Hydra's newest build of a machine and of an evaluation here compare. */
export interface HydraComparison extends HydraProject {
  readonly machine: string;
  readonly jobset: string;
  readonly build: HydraMachineBuild;
  readonly ours: string;
  readonly theirs: string;
  /** Derivations of the closure of Hydra's, and how many of them ours has. */
  readonly closure?: { readonly total: number; readonly same: number } | undefined;
  /** Why Hydra's derivation cannot be read here. */
  readonly unread?: Problem | undefined;
  /** The derivations that differ by themselves, not only by what they depend on; the deepest first. */
  readonly causes: readonly HydraCause[];
  readonly reasons: readonly HydraDifference[];
  /** What an evaluation here with Hydra's inputs has returned. */
  readonly replayed?: { readonly drvPath: string } | { readonly problem: Problem } | undefined;
}

/** A derivation that differs by itself. `before` is its name in Hydra's closure. */
export interface HydraCause extends DerivationChange {
  /** Only the version label of NixOS differs, or the revision that is shown with it. */
  readonly isLabel: boolean;
}

/** An input that differs, or a known reason why derivations differ. */
export interface HydraDifference {
  readonly kind: "nixpkgs" | "network" | "dirty" | "evaluator" | "version label" | "other";
  readonly theirs?: string | undefined;
  readonly ours?: string | undefined;
}
