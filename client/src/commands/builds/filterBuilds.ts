import * as vscode from "vscode";
import type { BuildsFilter } from "../../builds/filter.ts";
import { filterText } from "../../builds/text.ts";
import type { Command, CommandContext } from "../../context.ts";

/** Shows only the running builds, the failed builds, or those of one machine. */
export function filterBuilds({ builds, setFilter }: CommandContext): Command {
  return async () => {
    const machines = [...new Set(builds.summaries.map(({ machine }) => machine))].sort();
    const filters: BuildsFilter[] = [
      { kind: "all" },
      { kind: "running" },
      { kind: "failed" },
      ...machines.map(machine => ({ kind: "machine", machine }) as const),
    ];
    const items = filters.map(filter => ({ label: filterText(filter, vscode.l10n), filter }));
    const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Filter Builds") });
    if (picked !== undefined) setFilter(picked.filter);
  };
}

/** Clears the filter. */
export function showAllBuilds({ setFilter }: CommandContext): Command {
  return () => setFilter({ kind: "all" });
}
