import { isDeepStrictEqual } from "node:util";
import type { HydraApi, HydraBuildRow } from "../../../hydra/api.ts";
import { withoutEscapes } from "../../../nix/events/printed.ts";
import type { Outcome } from "../../../outcome.ts";
import type { HydraProgress, RecordedStep, RecordedSteps } from "./files.ts";
import { buildFailed, endOf } from "./problems.ts";
import { idlePause, pollPause, refreshPause } from "./rhythm.ts";
import { hasFailed, recordedSteps } from "./steps.ts";

/** How many failed steps of a build get the end of their log, and how many lines of it. */
const [maxTails, tailLines] = [5, 20];

/** What a look at a build has found. */
export interface Look {
  readonly build?: NonNullable<HydraProgress["build"]>;
  /** If they have changed. */
  readonly steps?: RecordedSteps;
  readonly end?: Pick<HydraProgress, "end" | "problem">;
}

/** A build of Hydra as a record has it. */
export function recordedBuild({
  id,
  drvPath,
  outPath,
  system,
  startedAt,
}: HydraBuildRow): NonNullable<HydraProgress["build"]> {
  return { id, drvPath, outPath, system, startedAt };
}

/**
 * Looks at a build with one small request at a time: whether it has ended, or whether a further step has begun. All steps are read only
 * when one has, and rarely otherwise: a page of 2,000 steps is more than 1 MB.
 */
export class BuildWatch {
  readonly #api: HydraApi;
  readonly #id: number;
  #steps: RecordedSteps;
  #build: Pick<HydraBuildRow, "drvPath" | "outPath"> | undefined;
  #unchanged = 0;
  /** When all steps were last read (epoch ms). */
  #readAt = 0;
  /** A step has begun since. */
  #isOutdated = true;
  #isStepsTurn = false;

  /** @param steps as they were recorded last. */
  constructor(api: HydraApi, id: number, steps: RecordedSteps) {
    this.#api = api;
    this.#id = id;
    this.#steps = steps;
  }

  /** How long to wait before the next look (ms). */
  get pause(): number {
    return pollPause(this.#unchanged);
  }

  /** Something was requested from Hydra: looks more often again. */
  expectChange(): void {
    this.#unchanged = 0;
    this.#isStepsTurn = false;
  }

  /** Undefined: there is no such build any more. */
  async look(now: number, signal: AbortSignal): Promise<Outcome<Look | undefined>> {
    const isStepsTurn = this.#isStepsTurn;
    const found = isStepsTurn ? await this.#lookAtSteps(now, signal) : await this.#lookAtBuild(now, signal);
    if ("problem" in found) return found;
    this.#isStepsTurn = !isStepsTurn;
    this.#unchanged = found.value?.steps === undefined && !this.#isOutdated ? this.#unchanged + 1 : 0;
    return found;
  }

  async #lookAtBuild(now: number, signal: AbortSignal): Promise<Outcome<Look | undefined>> {
    const build = await this.#api.build(this.#id, signal);
    if ("problem" in build) return build;
    if (build.value === undefined) return { value: undefined };
    const recorded = recordedBuild(build.value);
    this.#build = recorded;
    if (!build.value.isFinished) return { value: { build: recorded } };
    const stoppedAt = Math.min(now, build.value.stoppedAt ?? now);
    const steps = await this.#readSteps(stoppedAt, signal);
    if ("problem" in steps) return steps;
    const end = endOf(build.value, now);
    if (end.state !== "failed") return { value: { build: recorded, steps: steps.value, end: { end } } };
    const withTails = await this.#withTails(steps.value, signal);
    const problem = buildFailed(build.value, withTails, this.#api.page(`/build/${this.#id}`));
    return { value: { build: recorded, steps: withTails, end: { end, problem } } };
  }

  async #lookAtSteps(now: number, signal: AbortSignal): Promise<Outcome<Look | undefined>> {
    const [count, age] = [this.#steps.length, now - this.#readAt];
    if (!this.#isOutdated) {
      const isIdle = !this.#steps.some(({ state }) => state === "running") || age < idlePause(count);
      if (isIdle) return this.#probe(signal);
    } else if (this.#readAt > 0 && age < refreshPause(count)) return { value: {} };
    const before = this.#steps;
    const steps = await this.#readSteps(now, signal);
    if ("problem" in steps) return steps;
    return { value: isDeepStrictEqual(before, steps.value) ? {} : { steps: steps.value } };
  }

  /** Whether a step has begun that we have not seen. */
  async #probe(signal: AbortSignal): Promise<Outcome<Look>> {
    const next = (this.#steps.at(-1)?.nr ?? 0) + 1;
    const has = await this.#api.hasStep(this.#id, next, signal);
    if ("problem" in has) return has;
    this.#isOutdated = has.value;
    return { value: {} };
  }

  async #readSteps(now: number, signal: AbortSignal): Promise<Outcome<RecordedSteps>> {
    const steps = await this.#api.steps(this.#id, signal);
    if ("problem" in steps) return steps;
    this.#readAt = now;
    this.#isOutdated = false;
    this.#steps = recordedSteps(steps.value, this.#steps, this.#build, now);
    return { value: this.#steps };
  }

  /** The failed steps with the end of their logs, as far as Hydra has them. */
  async #withTails(steps: RecordedSteps, signal: AbortSignal): Promise<RecordedSteps> {
    const failed = steps.filter(step => hasFailed(step) && step.hasLog).slice(-maxTails);
    const tails = new Map<number, RecordedStep>();
    for (const step of failed) {
      const of = { build: this.#id, step: step.nr, drvPath: step.drvPath };
      const tail = await this.#api.logTail(of, tailLines, signal);
      if ("problem" in tail || tail.value === undefined) continue;
      tails.set(step.nr, { ...step, tail: linesOf(tail.value).slice(-tailLines) });
    }
    return steps.map(step => tails.get(step.nr) ?? step);
  }
}

function linesOf(text: string): string[] {
  const lines = withoutEscapes(text).split("\n");
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
