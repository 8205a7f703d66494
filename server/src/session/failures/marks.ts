import { TextDocument } from "vscode-languageserver-textdocument";
import type { Range } from "vscode-languageserver-types";
import type { TextEdit } from "../../syntax/edits.ts";

/** A part of a text, as offsets in UTF-16 units. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

/** A place in a file that stays where it is while the text around it is edited. */
export interface Mark {
  readonly uri: string;
  /** What is underlined. */
  readonly shown: Extent;
  /** An edit in here, or of a character next to it, may have mended what is wrong: the lines of the place. */
  readonly watched: Extent;
}

/** @param isSyntax whether the text cannot be parsed at this place: then the line before it may be wrong, too. */
export function markOf(uri: string, text: string, range: Range, isSyntax = false): Mark {
  const document = TextDocument.create(uri, "nix", 0, text);
  const shown = { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
  const before = isSyntax ? text.slice(0, shown.start).trimEnd().length : shown.start;
  const start = text.lastIndexOf("\n", before - 1) + 1;
  const newline = text.indexOf("\n", shown.end);
  const lines = text.slice(start, newline === -1 ? text.length : newline);
  return { uri, shown, watched: { start: start + lines.search(/\S|$/), end: start + lines.trimEnd().length } };
}

/** The edits that make one text of another, as far as known from the texts: one, from the first difference to the last. */
export function editBetween(before: string, after: string): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let same = 0;
  while (same < shorter - start && before.at(-1 - same) === after.at(-1 - same)) same++;
  return { start, oldEnd: before.length - same, newEnd: after.length - same };
}

/**
 * A mark after edits, in order; undefined if one of them is an edit of its place.
 *
 * @param before the text before the first edit. @param after the text after the last.
 */
export function markAfter(mark: Mark, edits: readonly TextEdit[], before: string, after: string): Mark | undefined {
  let current: Mark | undefined = mark;
  const [only, ...others] = edits;
  for (const edit of edits) {
    const { start, end }: Extent = current.watched;
    if (edit.start < end && edit.oldEnd > start) return undefined;
    const isNext = edit.oldEnd === start || edit.start === end;
    if (isNext && (edit !== only || others.length > 0 || joins(edit, edit.start === end, before, after)))
      return undefined;
    if (edit.oldEnd <= start) current = moved(current, edit.newEnd - edit.oldEnd);
  }
  return current;
}

/** Whether an edit next to a place changes the character that touches it. */
function joins({ start, oldEnd, newEnd }: TextEdit, isAfter: boolean, before: string, after: string): boolean {
  const touching = isAfter ? /^\S/ : /\S$/;
  return touching.test(before.slice(start, oldEnd)) || touching.test(after.slice(start, newEnd));
}

function moved({ uri, shown, watched }: Mark, by: number): Mark {
  const move = ({ start, end }: Extent) => ({ start: start + by, end: end + by });
  return { uri, shown: move(shown), watched: move(watched) };
}
