/** A long computation without side effects: it may pause or be abandoned at each `yield`. */
export type Interruptible<Result> = Generator<undefined, Result>;

/** Computes without pausing. */
export function runToEnd<Result>(steps: Interruptible<Result>): Result {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
