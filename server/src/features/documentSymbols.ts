import { type DocumentSymbol, SymbolKind } from "vscode-languageserver-types";
import type { Network } from "../protocol.ts";
import { encloses } from "./names/ranges.ts";
import { systemLabel } from "./systemText.ts";

/**
 * The machines of a network, for the outline. Those that the text does not name are left out: they have no position, and an
 * editor would show on the first line that the cursor is in one of them.
 */
export function documentSymbols({ machines }: Network): DocumentSymbol[] {
  const named = machines.filter(({ computed }) => computed !== true);
  return named.map(({ name, range, selectionRange, system }) => ({
    name: name === "" ? '""' : name,
    detail: systemLabel(system),
    kind: SymbolKind.Object,
    // Editors refuse a symbol whose name is outside its range.
    range: encloses(range, selectionRange) ? range : selectionRange,
    selectionRange,
  }));
}
