import type { Outcome } from "../../outcome.ts";
import { type BuildSummary, finalStates, type MachineEvaluation, type Problem } from "../../protocol.ts";
import { failureOfOutput, outputKey } from "./failedBuilds.ts";
import type { Failures } from "./failures.ts";

/** What is known of builds. */
export interface ReportedBuilds {
  /** Newest first. */
  list(): readonly BuildSummary[];
  /** Whether the text of a build is the current one, as far as known. */
  isCurrent(build: BuildSummary): boolean;
}

/** An output of a machine. */
type Output = Pick<BuildSummary, "uri" | "machine" | "attribute">;

/**
 * Reports what evaluations and builds have found as failures. A failure of an output stays until it is evaluated or built again; that
 * of a build goes with its record, too.
 */
export class FailureReports {
  readonly #failures: Failures;
  readonly #builds: ReportedBuilds;
  /** Output -> when it was last evaluated without an error (epoch ms). */
  readonly #evaluatedAt = new Map<string, number>();
  /** Failed builds whose text was the current one when they were first looked at. */
  readonly #accepted = new Set<string>();

  constructor(failures: Failures, builds: ReportedBuilds) {
    this.#failures = failures;
    this.#builds = builds;
  }

  /** A machine was evaluated: undefined without an error. Other problems, such as a missing Nix, are not about its text. */
  evaluated({ uri, machine, attribute }: Output, problem: Problem | undefined): void {
    if (problem !== undefined && problem.code !== "evaluation-failed") return;
    const key = outputKey({ uri, machine, attribute });
    const failure = problem && { network: uri, machine, problem };
    void this.#failures.set(`evaluation ${key}`, failure);
    if (problem !== undefined) return;
    this.#evaluatedAt.set(key, Date.now());
    this.#networkEvaluated(uri, undefined);
    this.#renew(key);
  }

  /** All machines of a network were evaluated. */
  allEvaluated(uri: string, outcome: Outcome<readonly MachineEvaluation[]>): void {
    if ("problem" in outcome) return this.#networkEvaluated(uri, outcome.problem);
    this.#networkEvaluated(uri, undefined);
    for (const each of outcome.value)
      this.evaluated({ uri, machine: each.machine }, "problem" in each ? each.problem : undefined);
  }

  /** A build has changed or was removed, or has become current again. */
  buildDidChange(build: BuildSummary, isRemoved: boolean): void {
    if (isRemoved) this.#accepted.delete(build.id);
    if (isRemoved || finalStates.has(build.state)) this.#renew(outputKey(build));
  }

  /** The text of a network is known: failures of earlier sessions count if it is still that of their builds. */
  textDidSettle(uri: string): void {
    const isNew = (build: BuildSummary) => !this.#accepted.has(build.id) && this.#builds.isCurrent(build);
    const earlier = this.#builds.list().filter(build => build.uri === uri && build.state === "failed");
    for (const build of earlier) if (isNew(build)) this.#renew(outputKey(build));
  }

  #networkEvaluated(uri: string, problem: Problem | undefined): void {
    if (problem !== undefined && problem.code !== "evaluation-failed") return;
    void this.#failures.set(`network ${uri}`, problem && { network: uri, machine: undefined, problem });
  }

  #renew(key: string): void {
    const failure = failureOfOutput(this.#builds.list(), key, build => this.#applies(build, key));
    void this.#failures.set(`build ${key}`, failure);
  }

  #applies(build: BuildSummary, key: string): boolean {
    const evaluatedAt = this.#evaluatedAt.get(key) ?? 0;
    const isMended =
      build.failure?.code === "evaluation-failed" && Date.parse(build.stoppedAt ?? build.startedAt) < evaluatedAt;
    if (isMended || !(this.#accepted.has(build.id) || this.#builds.isCurrent(build))) return false;
    this.#accepted.add(build.id);
    return true;
  }
}
