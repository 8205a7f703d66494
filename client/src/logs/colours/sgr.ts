import { printedPieces, shownText } from "../../../../server/src/common/escapes.ts";
import { restyled, type Style, styleKey, usual } from "./style.ts";

/** A piece of a line that does not look as usual. */
export interface Span {
  /** In characters from the beginning of the line, without what sets styles. */
  readonly start: number;
  readonly end: number;
  readonly style: Style;
}

/** The beginning of every escape sequence. */
const introducer = "\u001b";

/** A line of a log without what sets its styles, and the pieces that have one. It begins as usual, whatever came before. */
export function readLine(line: string): { readonly text: string; readonly spans: readonly Span[] } {
  const spans: Span[] = [];
  let [text, style]: [string, Style] = ["", usual];
  for (const piece of printedPieces(line)) {
    if (piece.kind === "rendition") style = restyled(style, piece.parameters);
    if (piece.kind !== "text") continue;
    const start = text.length;
    text += piece.text;
    add(spans, { start, end: text.length, style });
  }
  return { text, spans };
}

function add(spans: Span[], span: Span): void {
  const key = styleKey(span.style);
  const last = spans.at(-1);
  if (last?.end === span.start && styleKey(last.style) === key) spans.splice(-1, 1, { ...last, end: span.end });
  else if (key !== "") spans.push(span);
}

/** Some lines of a log: their text without styles, and as they came those lines that have any. */
export interface StyledText {
  readonly text: string;
  /** Number of a line, from 0 -> the line with its styles. */
  readonly styled: ReadonlyMap<number, string>;
}

const none: StyledText["styled"] = new Map();

/** Reads lines that end with a line end each. */
export function readLines(text: string): StyledText {
  if (!text.includes(introducer)) return { text, styled: none };
  const lines = text.split("\n").entries();
  const styled = new Map([...lines].filter(([, line]) => line.includes(introducer)));
  return { text: shownText(text), styled };
}
