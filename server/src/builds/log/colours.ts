import { printedPieces } from "../../common/escapes.ts";
import { withColoursOnly } from "../../nix/events/printed.ts";

/** What turns everything off. */
const reset = "\u001b[0m";

/**
 * A printed text with its colours but no other escape sequences. A line that ends with a colour still on gets a reset, because the
 * next line may belong to another derivation. As in Nix's own output, no colour continues into the next line.
 */
export function colouredLines(text: string): string {
  const kept = withColoursOnly(text);
  return kept.includes("\u001b") ? kept.split("\n").map(closed).join("\n") : kept;
}

function closed(line: string): string {
  const last = printedPieces(line).findLast(({ kind }) => kind === "rendition");
  return last?.kind !== "rendition" || /^[0;]*$/.test(last.parameters) ? line : `${line}${reset}`;
}
