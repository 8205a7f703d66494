import { pauseAfter } from "../../../util/backoff.ts";

/** Pauses between two requests while nothing changes: they grow to 5 s, and after five minutes to 30 s (ms). */
const [usual, late] = [
  { first: 1000, longest: 5000 },
  { first: 5000, longest: 30_000 },
] as const;

/** After this many requests without a change, pauses grow further. */
const patience = 60;

/** How long to wait before the next request (ms). @param unchanged how many requests in a row have shown no change. */
export function pollPause(unchanged: number): number {
  return unchanged < patience ? pauseAfter(unchanged + 1, usual) : pauseAfter(unchanged - patience + 1, late);
}

/** Number of steps up to which the page of a build is small. */
const fewSteps = 20;

/**
 * How long to wait before the page with all steps is read again although no step has begun or ended, as far as is known (ms): only
 * the phases of running steps may differ. Its size grows with the steps, so the bytes per minute fall with their number.
 */
export function idlePause(steps: number): number {
  return 30_000 * Math.max(1, steps / fewSteps) ** 2;
}

/** How long to wait before the page with all steps is read again because a step has begun (ms). */
export function refreshPause(steps: number): number {
  return 1000 + 10 * steps;
}
