import type { HydraApi } from "../../../hydra/api.ts";
import type { JobError } from "../../../hydra/expression/evaluationErrors.ts";
import type { Log } from "../../../logging/log.ts";
import type { Outcome } from "../../../outcome.ts";
import type { Problem } from "../../../protocol.ts";
import { identify, isProcessAlive, nameOfProcess } from "../../../records/processes/identity.ts";
import { acquire, release } from "../../../records/processes/lock.ts";
import { type Backoff, pauseAfter } from "../../../util/backoff.ts";
import { beforeEvaluation, lookAtEvaluation } from "./evaluating.ts";
import type { HydraProgress, HydraRequest, RecordedSteps } from "./files.ts";
import { isPassing, type JobOf, noAnswer, noBuild, notCancelled, restartFix } from "./problems.ts";
import { pollPause } from "./rhythm.ts";
import { BuildWatch, type Look, recordedBuild } from "./watch.ts";

/** Pauses between attempts to reach Hydra (ms). */
const reachPauses: Backoff = { first: 1000, longest: 30_000 };

/** How long to wait for another server that follows the build (ms), and between two looks whether it is to be cancelled. */
const [waitFor, cancelEvery] = [1000, 500];

/** How long a build is not followed after a failure on this machine (ms). */
const failurePause = 5000;

/** What following needs of the records. */
export interface HydraRecords {
  readonly log: Log;
  lockOf(name: string): string;
  exists(id: string, name: "request"): Promise<boolean>;
  isCancelRequested(id: string): Promise<boolean>;
  withdrawCancel(id: string): Promise<void>;
  read(id: string, name: "hydra"): Promise<HydraProgress | undefined>;
  read(id: string, name: "steps"): Promise<RecordedSteps | undefined>;
  write(id: string, name: "hydra" | "steps", value: unknown): Promise<void>;
}

/** When Hydra had last checked a jobset before its evaluation was requested (epoch ms, by its clock). */
export type Triggered = Pick<HydraProgress, "checkedBefore">;

export interface HydraFollowerParts {
  readonly records: HydraRecords;
  /** The API for an address; undefined while the workspace is not connected to it. */
  readonly api: (url: string) => HydraApi | undefined;
  /** Requests an evaluation; requests of several builds that were started together are one. */
  readonly trigger: (api: HydraApi, of: JobOf, before: Triggered, signal: AbortSignal) => Promise<Outcome<Triggered>>;
  /** An error of the evaluation as a problem, with its place in the workspace. */
  readonly locate: (error: JobError, problem: Problem) => Promise<Problem>;
  readonly clock: FollowerClock;
}

/** The time, and how it passes. */
export interface FollowerClock {
  /** Epoch ms. */
  now(): number;
  /** Resolves after a while (ms), or as soon as the signal is aborted. */
  pause(milliseconds: number, signal: AbortSignal): Promise<void>;
}

/** The start of `hydra.json`. */
const beginning = { phase: "asking", steps: 0 } as const;

/** What a turn has found, and how long to wait before the next one (ms). */
interface Turn {
  readonly progress: Partial<HydraProgress>;
  readonly pause: number;
}

/**
 * Follows a build on Hydra until it has ended. Hydra does the work: all that this process knows is in the record, and the next server
 * continues where it stopped. Of several servers with the same storage folder, one follows.
 */
export class HydraFollower {
  readonly #id: string;
  readonly #request: HydraRequest;
  readonly #of: JobOf;
  readonly #parts: HydraFollowerParts;
  readonly #abort = new AbortController();
  #wake = new AbortController();
  #progress: HydraProgress = { ...beginning, at: new Date(0).toISOString() };
  #watch: BuildWatch | undefined;
  #hasCancelled = false;
  /** How many requests in a row have found the evaluation as it was. */
  #unchanged = 0;

  constructor(id: string, request: HydraRequest, of: JobOf, parts: HydraFollowerParts) {
    this.#id = id;
    this.#request = request;
    this.#of = of;
    this.#parts = parts;
  }

  /** Resolves when there is nothing more to follow. Never rejects. */
  async run(): Promise<void> {
    const { records } = this.#parts;
    const self = identify(process.pid);
    if (self === undefined) return;
    const [folder, name] = [records.lockOf(`${this.#id}.follow`), nameOfProcess(self)];
    let holds = false;
    try {
      while (!(await this.#isOver())) {
        holds = (await acquire(folder, name, async other => isProcessAlive(other))) === undefined;
        if (holds) break;
        await this.#parts.clock.pause(waitFor, this.#abort.signal);
      }
      if (holds) await this.#follow();
    } catch (error) {
      // For example a full disk here: the next follower tries again.
      records.log.warning(`Cannot follow ${this.#id}`, error);
      await this.#parts.clock.pause(failurePause, this.#abort.signal);
    } finally {
      if (holds) release(folder, name);
    }
  }

  stop(): void {
    this.#abort.abort();
  }

  /** The build is to be cancelled, or Hydra can perhaps be reached again. */
  wake(): void {
    this.#wake.abort();
  }

  async #isOver(): Promise<boolean> {
    const { records } = this.#parts;
    if (this.#abort.signal.aborted || !(await records.exists(this.#id, "request"))) return true;
    return (await records.read(this.#id, "hydra"))?.end !== undefined;
  }

  async #follow(): Promise<void> {
    const { records, api: apiOf } = this.#parts;
    const known = await records.read(this.#id, "hydra");
    if (known !== undefined) this.#progress = known;
    for (let failures = 0; !(await this.#isOver()); ) {
      const api = apiOf(this.#request.url);
      if (api === undefined) return;
      const turn = await this.#turn(api);
      if (this.#abort.signal.aborted) return;
      if ("value" in turn) failures = 0;
      else failures++;
      const next =
        "value" in turn ? { connection: undefined, ...turn.value.progress } : this.#afterProblem(turn.problem);
      await this.#record(next);
      if (this.#progress.end !== undefined) return;
      await this.#pause("value" in turn ? turn.value.pause : pauseAfter(failures, reachPauses));
    }
  }

  /** Before anything was requested, a problem is that of the build; later, Hydra may only not answer for now. */
  #afterProblem(problem: Problem): Partial<HydraProgress> {
    const hasBegun = this.#progress.phase !== "asking";
    if (hasBegun && isPassing(problem)) return { connection: noAnswer(this.#request.url, problem) };
    return { problem, ...this.#ended("failed") };
  }

  async #turn(api: HydraApi): Promise<Outcome<Turn>> {
    const { signal } = this.#abort;
    const isCancelled = await this.#parts.records.isCancelRequested(this.#id);
    if (this.#progress.build === undefined) {
      if (isCancelled) return { value: { progress: this.#ended("cancelled"), pause: 0 } };
      if (this.#request.build !== undefined) return this.#findBuild(api, this.#request.build);
      return this.#progress.phase === "asking" ? this.#ask(api) : this.#evaluate(api);
    }
    const { build } = this.#progress;
    this.#watch ??= new BuildWatch(api, build.id, (await this.#parts.records.read(this.#id, "steps")) ?? []);
    if (isCancelled && !this.#hasCancelled) return this.#cancel(api, build.id, this.#watch);
    const look = await this.#watch.look(this.#parts.clock.now(), signal);
    if ("problem" in look) return look;
    if (look.value === undefined) return { problem: noBuild({ ...this.#request, build: build.id }) };
    return { value: { progress: await this.#seen(look.value), pause: this.#watch.pause } };
  }

  async #ask(api: HydraApi): Promise<Outcome<Turn>> {
    const { signal } = this.#abort;
    const before = await beforeEvaluation(api, this.#of, this.#parts.clock.now(), signal);
    if ("problem" in before) return before;
    // Recorded first: a server that is killed now requests it once more, which does no harm.
    await this.#record(before.value);
    const triggered = await this.#parts.trigger(api, this.#of, before.value, signal);
    if ("problem" in triggered) return triggered;
    return { value: { progress: { phase: "pending", ...triggered.value }, pause: pollPause(0) } };
  }

  async #evaluate(api: HydraApi): Promise<Outcome<Turn>> {
    const { locate } = this.#parts;
    const step = await lookAtEvaluation(
      api,
      this.#of,
      this.#progress,
      this.#parts.clock.now(),
      locate,
      this.#abort.signal,
    );
    if ("problem" in step) return step;
    const { progress, found } = step.value;
    this.#unchanged = progress.phase === this.#progress.phase ? this.#unchanged + 1 : 0;
    if (found === undefined) return { value: { progress, pause: pollPause(this.#unchanged) } };
    const evaluated = { phase: "evaluated", evaluation: found.evaluation, build: recordedBuild(found.build) } as const;
    return { value: { progress: evaluated, pause: 0 } };
  }

  /** A build that is to be followed, perhaps after restarting it. */
  async #findBuild(api: HydraApi, id: number): Promise<Outcome<Turn>> {
    const { signal } = this.#abort;
    if (this.#request.restart === true && this.#progress.restarted !== true) {
      const restarted = await api.restart(id, signal);
      if ("problem" in restarted) return restarted;
      await this.#record({ restarted: true });
    }
    const build = await api.build(id, signal);
    if ("problem" in build) return build;
    if (build.value === undefined) return { problem: noBuild(this.#request) };
    const evaluation = Math.max(0, ...build.value.evaluations);
    const known = evaluation === 0 ? {} : { evaluation };
    return { value: { progress: { phase: "evaluated", build: recordedBuild(build.value), ...known }, pause: 0 } };
  }

  /** If Hydra refuses, the build continues, and the user is shown why. */
  async #cancel(api: HydraApi, build: number, watch: BuildWatch): Promise<Outcome<Turn>> {
    const { records } = this.#parts;
    const cancelled = await api.cancel(build, this.#abort.signal);
    if ("problem" in cancelled && cancelled.problem.code === "hydra-unreachable") return cancelled;
    this.#hasCancelled = true;
    watch.expectChange();
    if ("value" in cancelled) return { value: { progress: {}, pause: 0 } };
    const found = await api.build(build, this.#abort.signal);
    if ("value" in found && found.value?.isFinished === true) return { value: { progress: {}, pause: 0 } };
    this.#hasCancelled = false;
    await records.withdrawCancel(this.#id);
    return { value: { progress: { warnings: [notCancelled(cancelled.problem)] }, pause: 0 } };
  }

  /** The large file first: the small one says that it has changed. */
  async #seen({ build, steps, end }: Look): Promise<Partial<HydraProgress>> {
    if (steps !== undefined) await this.#parts.records.write(this.#id, "steps", steps);
    const written = steps === undefined || steps.length === 0 ? {} : { steps: this.#progress.steps + 1 };
    const failure = end?.problem && { problem: { ...end.problem, fixes: [restartFix(this.#id)] } };
    return { ...(build && { build }), ...written, ...end, ...failure };
  }

  async #record(change: Partial<HydraProgress>): Promise<void> {
    const next = { ...this.#progress, ...change };
    const text = (progress: HydraProgress) => JSON.stringify({ ...progress, at: "" });
    const isSame = text(next) === text(this.#progress);
    this.#progress = isSame ? this.#progress : { ...next, at: this.#timeNow };
    if (isSame || !(await this.#parts.records.exists(this.#id, "request"))) return;
    await this.#parts.records.write(this.#id, "hydra", this.#progress);
  }

  #ended(state: "failed" | "cancelled"): Pick<HydraProgress, "end"> {
    return { end: { state, at: this.#timeNow } };
  }

  get #timeNow(): string {
    return new Date(this.#parts.clock.now()).toISOString();
  }

  /** Ends early when the user cancels, in this window or another one. */
  async #pause(milliseconds: number): Promise<void> {
    const { clock } = this.#parts;
    const until = clock.now() + milliseconds;
    this.#wake = new AbortController();
    const signal = AbortSignal.any([this.#abort.signal, this.#wake.signal]);
    while (clock.now() < until && !signal.aborted) {
      if (!this.#hasCancelled && (await this.#parts.records.isCancelRequested(this.#id))) return;
      await clock.pause(Math.max(1, Math.min(cancelEvery, until - clock.now())), signal);
    }
  }
}
