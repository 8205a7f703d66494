import type { BuildSummary } from "../../../../server/src/protocol.ts";
import type { CommandContext } from "../../context.ts";
import { isBuildTarget } from "../../targets.ts";

/** What a keybinding passes instead of a row: the command acts on the rows that are chosen in the view. */
export const chosenInView = "chosen in view";

/**
 * The ids of the builds that a command acts on: those of all selected rows if several are, of the row that a menu or lens passed, or of the
 * rows that are chosen in the Builds view, for a keybinding. Undefined if it was run without any of these, as from the palette. Only rows
 * of builds count, not those below them, and a row of a batch, which stands for its builds.
 */
export async function buildIdsOf(
  argument: unknown,
  selection: unknown,
  { builds, chosenRows }: Pick<CommandContext, "builds" | "chosenRows">,
): Promise<readonly string[] | undefined> {
  if (argument === chosenInView) return idsOf(await chosenRows(), builds.summaries);
  if (!isBuildTarget(argument)) return undefined;
  const selected = Array.isArray(selection) ? idsOf(selection, builds.summaries) : [];
  return selected.length > 1 ? selected : [argument.id];
}

function idsOf(rows: readonly unknown[], builds: readonly BuildSummary[]): string[] {
  const ids = rows.filter(isBuildTarget).flatMap(row => {
    const kind = "kind" in row ? row.kind : undefined;
    if (kind === "batch") return builds.filter(({ batch }) => batch?.id === row.id).map(({ id }) => id);
    return kind === "build" ? [row.id] : [];
  });
  return [...new Set(ids)];
}
