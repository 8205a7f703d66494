import { setImmediate } from "node:timers/promises";

/** A long computation without side effects: it may pause or be abandoned at each `yield`. */
export type Interruptible<Result> = Generator<undefined, Result>;

/** Longest time slice before yielding to the event loop (ms). */
const slice = 8;

/** Computes in time slices, between which other events are handled; undefined if aborted. */
export async function runInSlices<Result>(
  steps: Interruptible<Result>,
  signal: AbortSignal,
): Promise<Result | undefined> {
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

/** Computes without pausing. */
export function runToEnd<Result>(steps: Interruptible<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
