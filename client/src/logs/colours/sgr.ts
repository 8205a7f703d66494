import { printedPieces, shownText } from "../../../../server/src/common/escapes.ts";
import { restyled, type Style, styleKey, usual } from "./style.ts";

/** A span of a line with a style. */
export interface Span {
  /** In characters from the start of the line, not counting escape sequences. */
  readonly start: number;
  readonly end: number;
  readonly style: Style;
}

/** The first character of every escape sequence. */
const introducer = "\u001b";

/** The text of a line without escape sequences, and its styled spans. A line starts with the default style. */
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

/** Some lines of a log: the text without styles, and the raw text of styled lines. */
export interface StyledText {
  readonly text: string;
  /** Line number, from 0 -> the line with its escape sequences. */
  readonly styled: ReadonlyMap<number, string>;
}

const none: StyledText["styled"] = new Map();

/** Parses lines, each with a line break at its end. */
export function readLines(text: string): StyledText {
  if (!text.includes(introducer)) return { text, styled: none };
  const lines = text.split("\n").entries();
  const styled = new Map([...lines].filter(([, line]) => line.includes(introducer)));
  return { text: shownText(text), styled };
}
