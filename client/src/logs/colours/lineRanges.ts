/** A range of lines, both ends included. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

/** Extends each range by `margin` lines at both ends, and merges those that touch. Sorted. */
export function widened(ranges: readonly LineRange[], margin: number, lineCount: number): LineRange[] {
  const wide: LineRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.first - b.first)) {
    const first = Math.max(0, range.first - margin);
    const last = Math.min(lineCount - 1, range.last + margin);
    const before = wide.at(-1);
    if (before === undefined || before.last < first - 1) wide.push({ first, last });
    else wide.splice(-1, 1, { first: before.first, last: Math.max(before.last, last) });
  }
  return wide;
}

/** Whether every range lies within one of the wide ones. */
export function covers(wide: readonly LineRange[], ranges: readonly LineRange[]): boolean {
  return ranges.every(({ first, last }) => wide.some(each => each.first <= first && last <= each.last));
}
