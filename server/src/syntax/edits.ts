import type { Span } from "./strict/span.ts";

/** One replacement in a text, in UTF-16 offsets: the text from `start` to `oldEnd` was replaced and now ends at `newEnd`. */
export interface TextEdit {
  readonly start: number;
  readonly oldEnd: number;
  readonly newEnd: number;
}

/** The position of a span after an edit; undefined if the edit crosses one of its ends. */
export function moved({ start, end }: Span, edit: TextEdit): Span | undefined {
  const delta = edit.newEnd - edit.oldEnd;
  if (edit.oldEnd <= start) return { start: start + delta, end: end + delta };
  if (edit.start >= end) return { start, end };
  return edit.start > start && edit.oldEnd < end ? { start, end: end + delta } : undefined;
}
