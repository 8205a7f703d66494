import type { HydraStep } from "../../../hydra/api.ts";
import type { HydraProgress, RecordedStep, RecordedSteps } from "./files.ts";

/** The build that steps belong to. */
type Build = Pick<NonNullable<HydraProgress["build"]>, "drvPath" | "outPath">;

/**
 * The steps for the record. Hydra's pages have durations and no times, so a time is that of the first look at a step.
 *
 * @param before as they were recorded last. @param now epoch ms; for a build that has ended, when it did.
 */
export function recordedSteps(
  steps: readonly HydraStep[],
  before: RecordedSteps,
  build: Build | undefined,
  now: number,
): RecordedSteps {
  const known = new Map(before.map(step => [step.nr, step]));
  return steps.map(step => recordedStep(step, known.get(step.nr), build, now));
}

function recordedStep(
  step: HydraStep,
  known: RecordedStep | undefined,
  build: Build | undefined,
  now: number,
): RecordedStep {
  const { nr, kind, machine, system, state, phase, duration = 0, inBuild, hasLog } = step;
  const isSame = known?.kind === kind;
  const startedAt = (isSame ? known.startedAt : undefined) ?? Math.max(0, now - duration);
  const stoppedAt = state === "running" ? undefined : isSame && known.stoppedAt !== undefined ? known.stoppedAt : now;
  const drvPath =
    step.drvPath ?? (step.outPath !== undefined && step.outPath === build?.outPath ? build.drvPath : undefined);
  const path = drvPath ?? `${step.outPath ?? `/step-${nr}`}.drv`;
  const tail = isSame ? known.tail : undefined;
  return {
    ...{ nr, kind, path, drvPath, machine, system, state, phase, startedAt },
    // A duration that Hydra has measured wins over when we looked.
    stoppedAt: stoppedAt !== undefined && step.duration !== undefined ? Math.min(now, startedAt + duration) : stoppedAt,
    ...{ inBuild, hasLog, tail },
  };
}

/** Whether a step has ended without success, by itself. */
export function hasFailed({ state }: Pick<RecordedStep, "state">): boolean {
  return !["running", "succeeded", "cancelled", "dependency-failed"].includes(state);
}
