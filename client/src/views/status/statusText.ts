import type { Localiser } from "../../../../server/src/common/localiser.ts";
import type { BuildSummary, Health } from "../../../../server/src/protocol.ts";
import type { Batch } from "../../builds/batches.ts";
import { countBuilds, countsText } from "../../builds/counts.ts";
import type { RunningEvaluation } from "../../machines/runningEvaluations.ts";
import type { Status } from "./status.ts";

/** The content of the status bar item. */
export interface StatusText {
  readonly text: string;
  /** The text for screen readers. */
  readonly label: string;
  readonly severity: "ok" | "warning" | "error";
}

/** The most urgent part of the status: an error, what runs, a warning, or else that there is nothing to report. */
export function statusText(status: Status, l10n: Localiser): StatusText {
  const { session, health, builds } = status;
  if (session === "stopped")
    return plain("$(error) Morph", l10n.t("The language server is not running."), "error", l10n);
  if (health?.state === "error") return unhealthy(health, l10n);
  if (builds.length > 0) return buildsText(status, l10n);
  const [evaluation] = status.evaluations;
  if (evaluation !== undefined) return evaluationText(evaluation, l10n);
  if (session === "starting")
    return plain("$(loading~spin) Morph", l10n.t("The language server is starting."), "ok", l10n);
  if (health?.state === "warning") return unhealthy(health, l10n);
  if (!status.isTrusted)
    return plain("$(workspace-untrusted) Morph", l10n.t("The workspace is not trusted."), "ok", l10n);
  return plain("Morph", l10n.t("Nothing is running."), "ok", l10n);
}

function plain(text: string, message: string, severity: StatusText["severity"], l10n: Localiser): StatusText {
  return { text, label: l10n.t("Morph: {0}", message), severity };
}

function unhealthy({ state, message = "" }: Health, l10n: Localiser): StatusText {
  return plain(state === "error" ? "$(error) Morph" : "$(warning) Morph", message, state, l10n);
}

function evaluationText({ title, progress }: RunningEvaluation, l10n: Localiser): StatusText {
  const text = progress === undefined ? title : l10n.t("Evaluating {0}", progress);
  return plain(`$(sync~spin) ${text}`, [title, ...(progress === undefined ? [] : [progress])].join(", "), "ok", l10n);
}

function buildsText({ builds, batches }: Status, l10n: Localiser): StatusText {
  const { queued } = countBuilds(builds);
  const running = builds.filter(({ state }) => state !== "queued").map(buildText);
  const icon = running.length === 0 ? "$(clock)" : "$(sync~spin)";
  const warnings = builds.flatMap(build => build.warnings ?? []).filter(({ severity }) => severity !== "info").length;
  const text = batches.length > 0 ? batchCount(builds, batches) : singlesText(builds, running, l10n);
  const label = [
    ...batches.map(batch => l10n.t("{0} of {1} builds done", batch.done, batch.size)),
    ...(running.length === 0 ? [] : [l10n.t("Morph is building {0}", namesText(running, l10n))]),
    ...(queued === 0 ? [] : [l10n.t("{0} queued", queued)]),
    ...(warnings === 0 ? [] : [warnings === 1 ? l10n.t("1 warning") : l10n.t("{0} warnings", warnings)]),
  ].join("; ");
  return { text: `${icon} ${text}${warnings === 0 ? "" : " $(warning)"}`, label, severity: "ok" };
}

/** `13/50`: how many builds of the running batches are done. Builds that were started alone count, too. */
function batchCount(builds: readonly BuildSummary[], batches: readonly Batch[]): string {
  const sum = (of: (batch: Batch) => number) => batches.reduce((total, batch) => total + of(batch), 0);
  const ids = new Set(batches.map(({ id }) => id));
  const alone = builds.filter(({ batch }) => batch === undefined || !ids.has(batch.id)).length;
  return `${sum(({ done }) => done)}/${sum(({ size }) => size) + alone}`;
}

function singlesText(builds: readonly BuildSummary[], running: readonly string[], l10n: Localiser): string {
  const [first] = running;
  return builds.length === 1 && first !== undefined ? first : countsText(countBuilds(builds), l10n);
}

/** `eiffel 7/10`, `eiffel` */
export function buildText({ machine, progress: { done, expected } }: BuildSummary): string {
  return expected === 0 ? machine : `${machine} ${done}/${expected}`;
}

/** At most four names, so that a screen reader comes to an end. */
function namesText(names: readonly string[], l10n: Localiser): string {
  const more = names.length - 4;
  return more <= 0 ? names.join(", ") : l10n.t("{0} and {1} more", names.slice(0, 4).join(", "), more);
}
