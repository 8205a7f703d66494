import type { Command } from "vscode-languageserver-types";
import type { Localiser } from "../../../../server/src/common/localiser.ts";
import { commandIds } from "../../manifest.ts";
import { fixesOf } from "../../problems/fixes.ts";
import type { Status } from "./status.ts";

/** An entry of the menu of the status bar item. */
export interface MenuEntry {
  /** A VS Code icon. */
  readonly icon: string;
  readonly label: string;
  readonly command: string;
  readonly arguments?: readonly unknown[];
}

/** The groups of the menu, the one that the state makes most useful first. */
export function statusMenu(status: Status, l10n: Localiser): readonly (readonly MenuEntry[])[] {
  const help = helpEntries(status, l10n);
  const running = runningEntries(status, l10n);
  const offered = new Set([...help, ...running].map(({ command }) => command));
  const general = generalEntries(l10n).filter(({ command }) => !offered.has(command));
  const groups = [help, running, startEntries(status, l10n), general];
  return groups.filter(group => group.length > 0);
}

/** What mends the state. */
function helpEntries({ session, isTrusted, health }: Status, l10n: Localiser): MenuEntry[] {
  if (session === "stopped")
    return [{ icon: "debug-restart", label: l10n.t("Start Language Server"), command: commandIds.restartServer }];
  const manage = {
    icon: "workspace-untrusted",
    label: l10n.t("Manage Workspace Trust"),
    command: "workbench.trust.manage",
  };
  const { code = "", state, message = "", fixes } = health ?? { state: "ok" as const };
  const problem = { code, severity: state === "ok" ? ("info" as const) : state, message, fixes };
  const own = state === "ok" ? [] : fixesOf(problem, l10n);
  const retry: Command = { title: l10n.t("Look for Nix Again"), command: commandIds.restartServer };
  return [
    ...[...own, ...(code === "no-nix" ? [retry] : [])].map(fix => ({
      icon: "lightbulb",
      label: fix.title,
      command: fix.command,
      arguments: fix.arguments ?? [],
    })),
    ...(isTrusted ? [] : [manage]),
  ];
}

function runningEntries({ builds, evaluations }: Status, l10n: Localiser): MenuEntry[] {
  const show = { icon: "list-unordered", label: l10n.t("Show Builds"), command: commandIds.showBuilds };
  const evaluation =
    evaluations.length === 0
      ? []
      : [{ icon: "debug-stop", label: l10n.t("Cancel Evaluation"), command: commandIds.cancelEvaluations }];
  if (builds.length === 0) return evaluation;
  const cancel =
    builds.length === 1
      ? { label: l10n.t("Cancel Build"), command: commandIds.cancelBuild, arguments: [{ id: builds[0]?.id }] }
      : { label: l10n.t("Cancel All Builds"), command: commandIds.cancelAllBuilds };
  return [show, { icon: "debug-stop", ...cancel }, ...evaluation];
}

/** Nothing that cannot work now. */
function startEntries({ session, isTrusted, health, hasNetworks }: Status, l10n: Localiser): MenuEntry[] {
  if (session !== "running" || !isTrusted || health?.state === "error" || !hasNetworks) return [];
  return [
    { icon: "play", label: l10n.t("Build Machine..."), command: commandIds.pickAndBuild },
    { icon: "run-all", label: l10n.t("Build All Machines"), command: commandIds.buildAllMachines },
    { icon: "tag", label: l10n.t("Build by Tag..."), command: commandIds.buildByTag },
    { icon: "beaker", label: l10n.t("Evaluate All Machines"), command: commandIds.evaluateAllMachines },
  ];
}

function generalEntries(l10n: Localiser): MenuEntry[] {
  const show = { icon: "list-unordered", label: l10n.t("Show Builds"), command: commandIds.showBuilds };
  const restart = {
    icon: "debug-restart",
    label: l10n.t("Restart Language Server"),
    command: commandIds.restartServer,
  };
  return [
    show,
    { icon: "output", label: l10n.t("Show Output"), command: commandIds.showOutput },
    restart,
    { icon: "copy", label: l10n.t("Copy Diagnostics"), command: commandIds.copyDiagnostics },
    { icon: "gear", label: l10n.t("Open Settings"), command: commandIds.openSettings },
  ];
}
