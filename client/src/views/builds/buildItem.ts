import * as vscode from "vscode";
import type { BuildSummary, Problem } from "../../../../server/src/protocol.ts";
import { buildDescription, buildTooltip } from "../../builds/buildText.ts";
import { buildIcons, failureIcon, warningIcon } from "../../builds/icons.ts";
import { isUnfinished } from "../../builds/state.ts";
import { openLogCommand } from "../../logs/logAddress.ts";
import { type ItemWord, itemWords } from "../../manifest.ts";
import { fixesOf } from "../../problems/fixes.ts";
import { revealCommand } from "../../problems/location.ts";
import { outputName } from "../../text/attributePath.ts";
import { codeBlock, escapeMarkdown } from "../../text/markdown.ts";
import type { BuildNode, FailureNode, WarningNode } from "./buildNodes.ts";

/** The row of a build. */
export function buildItem({ key, machine, attribute }: BuildNode, build: BuildSummary, now: number): vscode.TreeItem {
  const label = attribute === undefined ? machine : `${machine} ${outputName(attribute)}`;
  const description = buildDescription(build, now, vscode.l10n);
  return {
    id: key,
    label,
    description,
    iconPath: buildIcons[build.state],
    collapsibleState: vscode.TreeItemCollapsibleState.Collapsed,
    contextValue: ["build", ...buildWords(build)].join(" "),
    accessibilityInformation: { label: `${label}, ${description}` },
  };
}

function buildWords(build: BuildSummary): readonly ItemWord[] {
  const always: readonly ItemWord[] = [itemWords.reveal, itemWords.log];
  const path: readonly ItemWord[] = storePathOf(build) === undefined ? [] : [itemWords.storePath];
  const keep = build.kept.pinned === true ? itemWords.kept : itemWords.keep;
  const failed: readonly ItemWord[] = build.state === "failed" ? [itemWords.failed] : [];
  const end = isUnfinished(build) ? [itemWords.cancel] : [itemWords.again, itemWords.remove];
  return [...always, ...path, keep, ...failed, ...end];
}

/** What Copy Store Path copies: the result, or while there is none the derivation. */
export function storePathOf({ state, outPath, drvPath }: BuildSummary): string | undefined {
  return state === "succeeded" ? (outPath ?? drvPath) : drvPath;
}

/** A build's tooltip, made when the mouse rests on it. */
export function buildHover(build: BuildSummary, now: number): vscode.MarkdownString {
  const path = vscode.workspace.asRelativePath(vscode.Uri.parse(build.uri, true));
  return new vscode.MarkdownString(buildTooltip(build, path, now, vscode.l10n));
}

/** A failure's tooltip: the whole message, and what Nix said. */
export function failureHover({ message, detail }: Problem): vscode.MarkdownString {
  const text = escapeMarkdown(message);
  return new vscode.MarkdownString(detail === undefined ? text : `${text}\n\n${codeBlock(detail)}`);
}

/** The row of a build's failure. A click shows where it is, or else what was printed. */
export function failureItem({ key, parent }: FailureNode, { failure }: BuildSummary): vscode.TreeItem {
  const label = failure?.message ?? "";
  const showLog = openLogCommand({ id: parent.id, name: parent.machine });
  return {
    id: key,
    label,
    iconPath: failureIcon,
    collapsibleState: vscode.TreeItemCollapsibleState.None,
    contextValue: ["failure", itemWords.log, ...fixWords(failure)].join(" "),
    command: failure?.location === undefined ? showLog : revealCommand(failure.location),
    accessibilityInformation: { label: vscode.l10n.t("Problem: {0}", label) },
  };
}

function fixWords(failure: Problem | undefined): readonly ItemWord[] {
  return failure === undefined || fixesOf(failure, vscode.l10n).length === 0 ? [] : [itemWords.fixes];
}

/** The row of what was found before a build began. */
export function warningItem({ key, warning: { message } }: WarningNode): vscode.TreeItem {
  return {
    id: key,
    label: message,
    tooltip: message,
    iconPath: warningIcon,
    collapsibleState: vscode.TreeItemCollapsibleState.None,
    contextValue: "warning",
    accessibilityInformation: { label: vscode.l10n.t("Warning: {0}", message) },
  };
}
