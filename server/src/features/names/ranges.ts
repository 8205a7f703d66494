import type { Position, Range } from "vscode-languageserver-types";

/** Whether a position is in a range or at one of its ends. */
export function contains({ start, end }: Range, position: Position): boolean {
  return isBefore(start, position) && isBefore(position, end);
}

/** Whether a range is in another. */
export function encloses(outer: Range, inner: Range): boolean {
  return contains(outer, inner.start) && contains(outer, inner.end);
}

/** Whether two ranges have a position in common. */
export function overlaps(a: Range, b: Range): boolean {
  return isBefore(a.start, b.end) && isBefore(b.start, a.end);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character <= b.character);
}
