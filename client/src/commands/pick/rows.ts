import type { CommandContext } from "../../context.ts";
import { isBuildTarget } from "../../targets.ts";

/** What a keybinding passes instead of a row: the command acts on the rows that are chosen in the view. */
export const chosenInView = "chosen in view";

/**
 * The ids of the builds that a command acts on: those of all selected rows if several are, of the row that a menu or lens passed, or of the
 * rows that are chosen in the Builds view, for a keybinding. Undefined if it was run without any of these, as from the palette. Only rows
 * of builds count, not those below them.
 */
export async function buildIdsOf(
  argument: unknown,
  selection: unknown,
  { chosenRows }: Pick<CommandContext, "chosenRows">,
): Promise<readonly string[] | undefined> {
  if (argument === chosenInView) return idsOf(await chosenRows());
  if (!isBuildTarget(argument)) return undefined;
  const selected = Array.isArray(selection) ? idsOf(selection) : [];
  return selected.length > 1 ? selected : [argument.id];
}

function idsOf(rows: readonly unknown[]): string[] {
  return [...new Set(rows.filter(isRowOfBuild).map(({ id }) => id))];
}

function isRowOfBuild(row: unknown): row is { readonly id: string } {
  return isBuildTarget(row) && "kind" in row && row.kind === "build";
}
