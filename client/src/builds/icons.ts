import * as vscode from "vscode";
import type { DerivationState, ProducedBuildState } from "../../../server/src/protocol.ts";
import type { Verdict } from "./signatures.ts";

function icon(id: string, color?: string): vscode.ThemeIcon {
  return color === undefined ? new vscode.ThemeIcon(id) : new vscode.ThemeIcon(id, new vscode.ThemeColor(color));
}

const running = icon("sync~spin", "charts.blue");
const passed = icon("pass", "testing.iconPassed");
const failed = icon("error", "testing.iconFailed");
const skipped = icon("circle-slash", "disabledForeground");
const queued = icon("clock", "testing.iconQueued");
const idle = icon("circle-outline", "disabledForeground");
const warning = icon("warning", "list.warningForeground");

export const failureIcon = failed;
export const warningIcon = warning;
export const transfersIcon = icon("cloud-download");
export const transferIcons = { fetch: transfersIcon, send: icon("cloud-upload"), copy: icon("arrow-swap") } as const;
export const moreIcon = icon("ellipsis");
export const pathIcon = icon("package");
export const cacheIcon = icon("debug-disconnect", "list.warningForeground");

export const buildIcons: Readonly<Record<ProducedBuildState, vscode.ThemeIcon>> = {
  evaluating: running,
  queued,
  building: running,
  checking: running,
  succeeded: passed,
  failed,
  cancelled: skipped,
  lost: warning,
};

export const derivationIcons: Readonly<Record<DerivationState["state"], vscode.ThemeIcon>> = {
  planned: idle,
  waiting: queued,
  building: running,
  built: passed,
  "built-by-another": passed,
  fetched: icon("cloud-download", "testing.iconPassed"),
  "not-needed": skipped,
  failed,
  "dependency-failed": icon("error", "disabledForeground"),
  cancelled: skipped,
};

export const groupIcons = { waiting: idle, done: passed } as const;

export const signatureIcons: Readonly<Record<Verdict, vscode.ThemeIcon>> = {
  fine: icon("verified-filled", "testing.iconPassed"),
  local: icon("home"),
  open: icon("unverified", "list.warningForeground"),
  wrong: icon("warning", "list.warningForeground"),
};
