import { SymbolKind, type WorkspaceSymbol } from "vscode-languageserver-types";
import type { Network } from "../protocol.ts";

/** The machines of all networks whose name contains the characters of the query in order. */
export function workspaceSymbols(networks: readonly Network[], query: string): WorkspaceSymbol[] {
  const wanted = query.toLowerCase();
  return networks.flatMap(({ uri, description, machines }) =>
    machines
      .filter(({ name }) => hasInOrder(name.toLowerCase(), wanted))
      .map(({ name, selectionRange }) => ({
        name: name === "" ? '""' : name,
        kind: SymbolKind.Object,
        location: { uri, range: selectionRange },
        ...(description === undefined ? {} : { containerName: description }),
      })),
  );
}

function hasInOrder(text: string, characters: string): boolean {
  let from = 0;
  for (const character of characters) {
    const found = text.indexOf(character, from);
    if (found === -1) return false;
    from = found + character.length;
  }
  return true;
}
