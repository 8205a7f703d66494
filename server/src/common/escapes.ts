/** A piece of what a program has written for a terminal (ECMA-48, sections 5 and 8). */
export type PrintedPiece =
  | { readonly kind: "text"; readonly text: string }
  /** Sets colours and weights (SGR, section 8.3.117): `ESC [ … m` with numbers alone. `parameters`: `1;38;5;208`. */
  | { readonly kind: "rendition"; readonly sequence: string; readonly parameters: string }
  /** Any other escape sequence: cursor movement, erasure, titles, links. Control characters other than line feed and tab, too. */
  | { readonly kind: "other"; readonly sequence: string };

/** CSI sequences, OSC strings and other escape sequences, whole or cut; and control characters. */
const sequences =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)?|[ -/]*[0-~])?|[\u0000-\u0008\u000b-\u001a\u001c-\u001f\u007f]+/g;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const rendition = /^\u001b\[([\d:;]*)m$/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to find
const controls = /[\u0000-\u0008\u000b-\u001f\u007f]/;

/** Whether a text contains escape sequences or control characters. */
export function hasControls(text: string): boolean {
  return controls.test(text);
}

/** A text without escape sequences and control characters. */
export function shownText(text: string): string {
  return hasControls(text) ? text.replaceAll(sequences, "") : text;
}

/** The same, but keeps the sequences that set colours and weights. */
export function colouredText(text: string): string {
  return hasControls(text) ? text.replaceAll(sequences, found => (rendition.test(found) ? found : "")) : text;
}

/** Splits a text into pieces that, joined, are the text again. */
export function printedPieces(text: string): PrintedPiece[] {
  const pieces: PrintedPiece[] = [];
  let read = 0;
  const take = (end: number) => {
    if (end > read) pieces.push({ kind: "text", text: text.slice(read, end) });
  };
  for (const { index, 0: sequence } of text.matchAll(sequences)) {
    take(index);
    read = index + sequence.length;
    const parameters = rendition.exec(sequence)?.[1];
    pieces.push(parameters === undefined ? { kind: "other", sequence } : { kind: "rendition", sequence, parameters });
  }
  take(text.length);
  return pieces;
}
