import { setImmediate } from "node:timers/promises";

/** A long computation that changes nothing: each `yield` is a place where it may rest or be given up. */
export type Steps<Result> = Generator<undefined, Result>;

/** For so long nothing else is served (ms). */
const slice = 8;

/** Computes in slices, between which requests are answered; undefined when it was given up. */
export async function inSlices<Result>(steps: Steps<Result>, signal: AbortSignal): Promise<Result | undefined> {
  for (;;) {
    const began = performance.now();
    while (performance.now() - began < slice) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
    await setImmediate();
    if (signal.aborted) return undefined;
  }
}

/** Computes at one go. */
export function atOnce<Result>(steps: Steps<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
