import { setImmediate } from "node:timers/promises";
import type { Interruptible } from "./steps.ts";

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
