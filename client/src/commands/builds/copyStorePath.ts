import * as vscode from "vscode";
import { storePathOf } from "../../builds/state.ts";
import type { Command, CommandContext } from "../../context.ts";
import { hasStorePath, isBuildTarget } from "../../targets.ts";
import { buildIdOf } from "../pick/build.ts";

/** Copies the store path of a build's result, a derivation, or a path of the closure; those of several rows, one per line. */
export function copyStorePath({ builds }: CommandContext): Command {
  const pathOf = (row: unknown) => {
    if (hasStorePath(row)) return row.storePath;
    const summary = isBuildTarget(row) ? builds.summary(row.id) : undefined;
    return summary && storePathOf(summary);
  };
  return async (argument, selection) => {
    const selected = Array.isArray(selection) ? new Set(selection.flatMap(row => pathOf(row) ?? [])) : new Set();
    if (selected.size > 1) return vscode.env.clipboard.writeText([...selected].join("\n"));
    if (hasStorePath(argument)) return vscode.env.clipboard.writeText(argument.storePath);
    const choices = builds.summaries.filter(summary => storePathOf(summary) !== undefined);
    const texts = {
      title: vscode.l10n.t("Copy Store Path"),
      none: vscode.l10n.t("No build has a store path yet."),
    };
    const id = await buildIdOf(argument, choices, texts);
    const summary = id === undefined ? undefined : builds.summary(id);
    const path = summary && storePathOf(summary);
    return path === undefined ? undefined : vscode.env.clipboard.writeText(path);
  };
}
