import type { Outcome } from "../outcome.ts";
import type { HydraConnection, HydraJobset } from "../protocol.ts";

// What the rest of the server needs from a Hydra server, of any version since 2023. Problems have the codes `hydra-*`
// (docs/failures.md). Nothing here rejects.

/** A jobset as the server has it, with its state. Times are epoch milliseconds. */
export interface JobsetState extends HydraJobset {
  /** An evaluation was asked for and has not begun. */
  readonly triggeredAt?: number | undefined;
  /** An evaluation is running since. */
  readonly evaluatingSince?: number | undefined;
  readonly lastCheckedAt?: number | undefined;
  /** The inputs could not be fetched. */
  readonly fetchError?: string | undefined;
  readonly isFlake: boolean;
}

/** An evaluation. */
export interface HydraEvaluationRow {
  readonly id: number;
  /** Epoch ms. */
  readonly at: number;
  readonly builds: readonly number[];
  /** Input -> what was checked out. */
  readonly inputs: Readonly<
    Record<string, { readonly uri?: string; readonly revision?: string; readonly value?: string }>
  >;
}

/** Hydra's `buildstatus` (`subprojects/hydra/lib/Hydra/Helper/BuildDiff.pm` and the pages), by meaning. */
export type HydraBuildStatus =
  | "succeeded"
  | "failed"
  | "dependency-failed"
  | "aborted"
  | "cancelled"
  | "failed-with-output"
  | "timed-out"
  | "log-limit"
  | "output-limit"
  | "not-deterministic"
  | "unknown";

/** A build of a job. Times are epoch milliseconds. */
export interface HydraBuildRow {
  readonly id: number;
  readonly project: string;
  readonly jobset: string;
  readonly job: string;
  readonly system: string;
  readonly drvPath: string;
  readonly outPath?: string | undefined;
  readonly isFinished: boolean;
  /** Of finished builds: a restarted one has that of before until it ends. */
  readonly status?: HydraBuildStatus | undefined;
  readonly queuedAt: number;
  readonly startedAt?: number | undefined;
  readonly stoppedAt?: number | undefined;
  readonly evaluations: readonly number[];
}

/** A step of a build: what the queue runner did for one derivation. */
export interface HydraStep {
  readonly nr: number;
  readonly kind: "build" | "substitution";
  /** Absent on servers whose pages do not name it. */
  readonly drvPath?: string | undefined;
  readonly outPath?: string | undefined;
  /** A name as on Hydra's page: `localhost`, `attic` for `ssh://root@attic`; absent before it has one. */
  readonly machine?: string | undefined;
  readonly system?: string | undefined;
  readonly state: "running" | HydraBuildStatus;
  /** What a running one does: `Building`, `Sending inputs`. */
  readonly phase?: string | undefined;
  /** Its duration so far (ms), as far as the server says. */
  readonly duration?: number | undefined;
  /** Another build has done it. */
  readonly inBuild?: number | undefined;
  readonly hasLog: boolean;
}

/** Whose log is meant: that of a step of a build. */
export interface StepLog {
  readonly build: number;
  readonly step: number;
  /** If it is known: its log can then be found even where the step cannot. */
  readonly drvPath?: string | undefined;
}

/** A part of a log. */
export interface LogPart {
  readonly text: string;
  /** From where to read on (bytes). */
  readonly next: number;
}

/** A Hydra server. */
export interface HydraApi {
  /** Its base address, without a slash at the end. */
  readonly url: string;
  /** The address of a page. @param path such as `/build/7`. */
  page(path: string): string;
  /** Logs in, if there is a login, and looks what that user may do. */
  connect(project: string, signal?: AbortSignal): Promise<Outcome<HydraConnection>>;
  /** Names of the jobsets of a project; undefined: there is no such project. */
  jobsets(project: string, signal?: AbortSignal): Promise<Outcome<readonly string[] | undefined>>;
  createProject(project: string, displayName: string, signal?: AbortSignal): Promise<Outcome<null>>;
  /** Undefined: there is none. */
  jobset(project: string, name: string, signal?: AbortSignal): Promise<Outcome<JobsetState | undefined>>;
  /**
   * Creates a jobset, or changes the given fields of an existing one: everything else, including what this type does not know, stays as
   * it is.
   */
  putJobset(project: string, jobset: HydraJobset, signal?: AbortSignal): Promise<Outcome<null>>;
  /** Asks for an evaluation. Problem `hydra-disabled`: the jobset is off. */
  trigger(project: string, jobset: string, signal?: AbortSignal): Promise<Outcome<null>>;
  /** Why jobs, or the whole expression, could not be evaluated, in Hydra's words. Empty: no error. */
  evaluationErrors(project: string, jobset: string, signal?: AbortSignal): Promise<Outcome<string>>;
  /** The newest evaluations with new builds, newest first: at most the first 20. */
  evaluations(project: string, jobset: string, signal?: AbortSignal): Promise<Outcome<readonly HydraEvaluationRow[]>>;
  evaluation(id: number, signal?: AbortSignal): Promise<Outcome<HydraEvaluationRow | undefined>>;
  build(id: number, signal?: AbortSignal): Promise<Outcome<HydraBuildRow | undefined>>;
  /** The newest builds of a job, newest first. */
  latestBuilds(
    of: { readonly project: string; readonly jobset: string; readonly job: string },
    count: number,
    signal?: AbortSignal,
  ): Promise<Outcome<readonly { readonly id: number; readonly isFinished: boolean }[]>>;
  /** All steps, in their order. A page of a build with 2,000 steps has more than 1 MB. */
  steps(build: number, signal?: AbortSignal): Promise<Outcome<readonly HydraStep[]>>;
  /** Whether a build has a step with a number: costs less than 1 KB if it has not. */
  hasStep(build: number, nr: number, signal?: AbortSignal): Promise<Outcome<boolean>>;
  /**
   * What the log of a step has from an offset (bytes), at most 16 MB. Undefined: there is no log (yet). One that has begun again, as
   * after a restart, is returned from its start: its `next` is less than the offset.
   */
  log(of: StepLog, offset: number, signal?: AbortSignal): Promise<Outcome<LogPart | undefined>>;
  /** The last lines of the log of a step, without reading all of it. Undefined: there is no log. */
  logTail(of: StepLog, lines: number, signal?: AbortSignal): Promise<Outcome<string | undefined>>;
  /** Ids of the builds that are not finished, in the order of the queue: at most `count`. */
  queue(count: number, signal?: AbortSignal): Promise<Outcome<readonly number[]>>;
  restart(build: number, signal?: AbortSignal): Promise<Outcome<null>>;
  cancel(build: number, signal?: AbortSignal): Promise<Outcome<null>>;
}
