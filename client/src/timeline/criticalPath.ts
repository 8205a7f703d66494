import type { Span } from "./lanes.ts";

/**
 * The chain of derivations that decided when a build ended: the one that ended last, then of what it needed the one that ended last, and
 * so on. Those that did not run are passed through, because what they need may have run. Never throws: a circle ends the chain.
 *
 * @param spans when each ran; undefined: it did not.
 * @param dependenciesOf the indices of what one needs.
 * @returns the indices, the first one first.
 */
export function criticalPath(
  spans: readonly (Span | undefined)[],
  dependenciesOf: (place: number) => readonly number[],
): readonly number[] {
  const path: number[] = [];
  const seen = new Set<number>();
  for (let next = latest(spans, spans.keys()); next !== undefined; next = latest(spans, needed(next))) path.push(next);
  return path.toReversed();

  /** What ran of what one needs, directly or through those that did not run. */
  function needed(from: number): readonly number[] {
    seen.add(from);
    const found: number[] = [];
    const queue = [...dependenciesOf(from)];
    for (const place of queue) {
      if (seen.has(place)) continue;
      seen.add(place);
      if (spans[place] === undefined) queue.push(...dependenciesOf(place));
      else found.push(place);
    }
    return found;
  }
}

/** The one that ended last; of several the first. */
function latest(spans: readonly (Span | undefined)[], places: Iterable<number>): number | undefined {
  let found: number | undefined;
  let end = Number.NEGATIVE_INFINITY;
  for (const place of places) {
    const span = spans[place];
    if (span === undefined || span.end <= end) continue;
    found = place;
    end = span.end;
  }
  return found;
}
