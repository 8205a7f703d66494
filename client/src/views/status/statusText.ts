import type { Command } from "vscode-languageserver-types";
import type { Localiser } from "../../../../server/src/common/localiser.ts";
import type { BuildSummary, Health } from "../../../../server/src/protocol.ts";
import { countBuilds, countsText } from "../../builds/counts.ts";
import { fixesOf } from "../../problems/fixes.ts";
import type { SessionState } from "../../session/session.ts";

/** What the status bar item depends on. */
export interface Status {
  readonly session: SessionState;
  readonly health: Health | undefined;
  /** The unfinished builds. */
  readonly builds: readonly BuildSummary[];
}

/** The content of the status bar item. `action` is what a click does. */
export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  /** The text for screen readers. */
  readonly label: string;
  readonly severity: "ok" | "warning" | "error";
  readonly action: "restart" | "health" | "builds" | "output";
}

/** The most urgent status; undefined if everything is fine and nothing runs. */
export function statusText({ session, health, builds }: Status, l10n: Localiser): StatusText | undefined {
  if (session === "stopped") return stopped(l10n);
  if (health?.state === "error") return unhealthy(health, l10n);
  if (builds.length > 0) return buildsText(builds, l10n);
  if (session === "starting") return starting(l10n);
  return health?.state === "warning" ? unhealthy(health, l10n) : undefined;
}

function stopped(l10n: Localiser): StatusText {
  const tooltip = l10n.t("The language server is not running. Click to start it.");
  return { text: "$(error) Morph", tooltip, label: tooltip, severity: "error", action: "restart" };
}

function starting(l10n: Localiser): StatusText {
  const tooltip = l10n.t("The language server is starting.");
  return { text: "$(loading~spin) Morph", tooltip, label: tooltip, severity: "ok", action: "output" };
}

function unhealthy(health: Health, l10n: Localiser): StatusText {
  const { state, message = "" } = health;
  const text = state === "error" ? "$(error) Morph" : "$(warning) Morph";
  const fix = firstFix(health, l10n)?.title ?? l10n.t("Show Output");
  const tooltip = `${message}\n\n${l10n.t("Click: {0}", fix)}`;
  return { text, tooltip, label: l10n.t("Morph: {0}", message), severity: state, action: "health" };
}

/** The fix that a click runs for an unhealthy server; undefined: a click shows the output. */
export function firstFix({ code = "", state, message = "", fixes }: Health, l10n: Localiser): Command | undefined {
  return fixesOf({ code, severity: state === "ok" ? "info" : state, message, fixes }, l10n)[0];
}

function buildsText(builds: readonly BuildSummary[], l10n: Localiser): StatusText {
  const counts = countBuilds(builds);
  const lines = builds
    .filter(({ state }) => state !== "queued")
    .map(build => [build.machine, ...countText(build)].join(" "));
  const text = builds.length === 1 && lines[0] !== undefined ? lines[0] : countsText(counts, l10n);
  const label = [
    ...(lines.length === 0 ? [] : [l10n.t("Morph is building {0}", lines.join(", "))]),
    ...(counts.queued === 0 ? [] : [l10n.t("{0} queued", counts.queued)]),
  ].join("; ");
  const icon = lines.length === 0 ? "$(clock)" : "$(sync~spin)";
  return { text: `${icon} ${text}`, tooltip: label, label, severity: "ok", action: "builds" };
}

function countText({ progress: { done, expected } }: BuildSummary): string[] {
  return expected === 0 ? [] : [`${done}/${expected}`];
}
