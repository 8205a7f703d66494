import { Grammar, type SyntaxFault, type Unusual } from "./grammar.ts";

/** At most that many faults of a text are looked at. */
const maxFaults = 20;

/**
 * Why Nix would refuse to parse a text, in the order of the text; empty when it would not, or when the text is nested so deep
 * that this is not known. Names that a `with` or a builtin of a later Nix may bind are not called unbound.
 */
export function syntaxFaults(text: string): readonly SyntaxFault[] {
  const grammar = new Grammar(text);
  return grammar.read() ? grammar.faults.toSorted((a, b) => a.start - b.start).slice(0, maxFaults) : [];
}

/**
 * A text of the same length that tree-sitter-nix can read where it cannot read the text itself: a comma before the end of a
 * function's arguments and an `inherit` of nothing are blank, a path that begins with an interpolation is a name that nobody
 * binds.
 */
export function readableText(text: string): string {
  const grammar = new Grammar(text);
  grammar.read();
  let readable = "";
  let end = 0;
  for (const stretch of grammar.unusual) {
    // What stands in another is replaced with it.
    const outer = stretch.start < end ? readable.slice(0, stretch.start) : readable + text.slice(end, stretch.start);
    readable = outer + substitute(stretch, text);
    end = stretch.end;
  }
  return readable + text.slice(end);
}

function substitute({ kind, start, end }: Unusual, text: string): string {
  const filler = kind === "path that begins with an interpolation" ? "_" : " ";
  const [first = "", ...rest] = text.slice(start, end).split(/(?=\r?\n)/);
  return filler.repeat(first.length) + rest.join("").replaceAll(/[^\r\n]/g, " ");
}
