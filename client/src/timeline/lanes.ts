/** When something began and ended (ms). */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * Packs spans into as few lanes as possible, so that none overlap: Nix does not name the slots of a builder. Each span gets the lowest
 * lane that is free when it starts.
 *
 * @returns the lane of each span, from 0, in the order of the spans.
 */
export function packLanes(spans: readonly Span[]): readonly number[] {
  const order = [...spans.keys()].toSorted((a, b) => startOf(spans, a) - startOf(spans, b) || a - b);
  const lanes = new Array<number>(spans.length).fill(0);
  /** Lane -> when it is free. */
  const free: number[] = [];
  for (const place of order) {
    const span = spans[place];
    if (span === undefined) continue;
    const found = free.findIndex(at => at <= span.start);
    const lane = found === -1 ? free.length : found;
    free[lane] = Math.max(span.end, span.start);
    lanes[place] = lane;
  }
  return lanes;
}

function startOf(spans: readonly Span[], place: number): number {
  return spans[place]?.start ?? 0;
}
