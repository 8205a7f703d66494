import type { Span } from "./strict/span.ts";

/** One replacement in a text, in UTF-16 offsets: what was from `start` to `oldEnd` reaches to `newEnd` now. */
export interface TextEdit {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** Where a stretch is after an edit; undefined when the edit touches its ends or what is around it and it at once. */
export function moved({ start, end }: Span, edit: TextEdit): Span | undefined {
  const delta = edit.newEnd - edit.oldEnd;
  if (edit.oldEnd <= start) return { start: start + delta, end: end + delta };
  if (edit.start >= end) return { start, end };
  return edit.start > start && edit.oldEnd < end ? { start, end: end + delta } : undefined;
}
