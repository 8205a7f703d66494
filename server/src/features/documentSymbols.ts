import { type DocumentSymbol, SymbolKind } from "vscode-languageserver-types";
import type { Network } from "../protocol.ts";
import { encloses } from "./ranges.ts";
import { systemLabel } from "./systemText.ts";

/** The machines of a network, for the outline. */
export function documentSymbols({ machines }: Network): DocumentSymbol[] {
  return machines.map(({ name, range, selectionRange, system }) => ({
    name: name === "" ? '""' : name,
    detail: systemLabel(system),
    kind: SymbolKind.Object,
    // Editors refuse a symbol whose name lies outside of it.
    range: encloses(range, selectionRange) ? range : selectionRange,
    selectionRange,
  }));
}
