/** The lines of one phase of a derivation's build. Lines count from 0. */
export interface Phase {
  readonly start: number;
  readonly end: number;
}

const heading = /^Running phase: /;

/** The phases of a derivation's log, from each heading to the line before the next one. */
export function phasesOf(lines: readonly string[]): readonly Phase[] {
  const starts = lines.flatMap((line, index) => (heading.test(line) ? [index] : []));
  const last = lines.at(-1) === "" ? lines.length - 2 : lines.length - 1;
  const phases = starts.map((start, index) => ({ start, end: (starts[index + 1] ?? last + 1) - 1 }));
  return phases.filter(({ start, end }) => end > start);
}
