import type { Position, Range } from "vscode-languageserver-types";
import type { Machine, Network } from "../../../server/src/protocol.ts";

/**
 * The machine whose definition contains a position; the innermost one if definitions overlap. The end of a definition belongs to it,
 * as that is where the cursor is after typing. Elsewhere on a line, such as in its indentation, the machine that starts there, or else
 * that ends there. A machine that only evaluation reveals is not in the text.
 */
export function machineAt({ machines }: Pick<Network, "machines">, position: Position): Machine | undefined {
  const written = machines.filter(({ computed }) => computed !== true);
  const around = written.filter(({ range }) => contains(range, position)).toSorted(byStart);
  return (
    around.at(-1) ??
    written.toSorted(byStart).find(({ range }) => range.start.line === position.line) ??
    written.find(({ range }) => range.end.line === position.line)
  );
}

function byStart(a: Machine, b: Machine): number {
  return a.range.start.line - b.range.start.line || a.range.start.character - b.range.start.character;
}

function contains({ start, end }: Range, position: Position): boolean {
  return !isBefore(position, start) && !isBefore(end, position);
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.character < b.character);
}
