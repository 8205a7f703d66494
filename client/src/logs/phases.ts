import { phasesIn } from "./outline.ts";

/** Lines of a log that can be folded. Lines count from 0. */
export interface Phase {
  readonly start: number;
  readonly end: number;
}

/** The phases that can be folded: where lines of other derivations stand between, only what comes before those. */
export function phasesOf(lines: readonly string[]): readonly Phase[] {
  return phasesIn(lines)
    .map(({ start, solidEnd }) => ({ start, end: solidEnd }))
    .filter(({ start, end }) => end > start);
}
