import type { Position, Range } from "vscode-languageserver-types";
import type { Machine, Network } from "../../../server/src/protocol.ts";

/**
 * The machine whose definition contains a position; the innermost one if definitions overlap. The end of a definition belongs to it,
 * where the cursor is after typing. A machine that only evaluation reveals is not in the text.
 */
export function machineAt({ machines }: Pick<Network, "machines">, position: Position): Machine | undefined {
  return machines
    .filter(({ range, computed }) => computed !== true && contains(range, position))
    .reduce<Machine | undefined>(
      (inner, next) => (inner && isBefore(next.range.start, inner.range.start) ? inner : next),
      undefined,
    );
}

function contains({ start, end }: Range, position: Position): boolean {
  return !isBefore(position, start) && !isBefore(end, position);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
