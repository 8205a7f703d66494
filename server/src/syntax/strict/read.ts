import { Grammar, type SyntaxFault, type Unusual } from "./grammar.ts";

/** The most faults that are reported for a text. */
const maxFaults = 20;

/**
 * Why Nix would refuse to parse a text, in the order of the text; empty if it would not, or if the text is nested too deep to
 * know. Names that a `with` or a builtin of a later Nix may bind are not reported as unbound.
 */
export function syntaxFaults(text: string): readonly SyntaxFault[] {
  const grammar = new Grammar(text);
  return grammar.read() ? grammar.faults.toSorted((a, b) => a.start - b.start).slice(0, maxFaults) : [];
}

/**
 * Replaces what tree-sitter-nix cannot parse, without changing the length of the text: a trailing comma in a function's
 * arguments and an empty `inherit` become spaces, a path that begins with an interpolation becomes an unbound name.
 */
export function readableText(text: string): string {
  const grammar = new Grammar(text);
  grammar.read();
  let readable = "";
  let end = 0;
  for (const stretch of grammar.unusual) {
    // A span within another is replaced with it.
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
