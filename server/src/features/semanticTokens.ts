import type { Range, SemanticTokens, SemanticTokensLegend } from "vscode-languageserver-types";
import type { Network } from "../protocol.ts";

/** The tokens: names of machines where they are defined. A grammar cannot distinguish them from other attributes. */
export const semanticTokensLegend: SemanticTokensLegend = { tokenTypes: ["class"], tokenModifiers: ["declaration"] };

/** The names of a network's machines in the text, each position once (LSP, `textDocument/semanticTokens/full`). */
export function semanticTokens({ machines }: Network): SemanticTokens {
  const places = new Map<string, Range>();
  for (const { selectionRange, computed } of machines) {
    const { start, end } = selectionRange;
    if (computed !== true && start.line === end.line) places.set(`${start.line}:${start.character}`, selectionRange);
  }
  let previous = { line: 0, character: 0 };
  const data = [...places.values()].toSorted(byPosition).flatMap(({ start, end }) => {
    const line = start.line - previous.line;
    const character = line === 0 ? start.character - previous.character : start.character;
    previous = start;
    return [line, character, end.character - start.character, 0, 1];
  });
  return { data };
}

function byPosition(a: Range, b: Range): number {
  return a.start.line - b.start.line || a.start.character - b.start.character;
}
