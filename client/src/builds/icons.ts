import type { BuildState, BuildSummary, DerivationState, RouteVerdict } from "../../../server/src/protocol.ts";
import type { Icon } from "../util/icon.ts";
import type { Batch } from "./batches.ts";
import type { Verdict } from "./signatures/verdict.ts";
import { isKnownGood } from "./state.ts";

const running: Icon = { id: "sync~spin", colour: "charts.blue" };
const passed: Icon = { id: "pass", colour: "testing.iconPassed" };
const failed: Icon = { id: "error", colour: "testing.iconFailed" };
const skipped: Icon = { id: "circle-slash", colour: "disabledForeground" };
const queued: Icon = { id: "clock", colour: "testing.iconQueued" };
const idle: Icon = { id: "circle-outline", colour: "disabledForeground" };
const warning: Icon = { id: "warning", colour: "list.warningForeground" };

/** `list.warningForeground`, the yellow of warnings, is green in light themes. */
const yellow = "problemsWarningIcon.foreground";

/** A success that is not known to be good: its description says why. */
const unsure: Icon = { id: "pass", colour: yellow };

/** How the last build of a machine went: green only if it is known to be good. */
export function resultIcon(build: BuildSummary): Icon {
  return build.state === "succeeded" && build.outdated === true ? { id: "circle-outline" } : buildIcon(build);
}

export const failureIcon = failed;
export const warningIcon = warning;
export const silenceIcons: Readonly<Record<"waiting" | "quiet" | "lost", Icon>> = {
  waiting: queued,
  quiet: { id: "info" },
  lost: warning,
};
export const noteIcon: Icon = { id: "info", colour: "notificationsInfoIcon.foreground" };
export const transfersIcon: Icon = { id: "cloud-download" };
export const moreIcon: Icon = { id: "ellipsis" };
export const pathIcon: Icon = { id: "package" };
export const adviceIcon: Icon = { id: "lightbulb", colour: yellow };
export const cacheIcons: Readonly<Record<"silent" | "answered", Icon>> = {
  silent: { id: "debug-disconnect", colour: yellow },
  answered: { id: "database" },
};

const buildIcons: Readonly<Record<BuildState, Icon>> = {
  evaluating: running,
  queued,
  building: running,
  reconnecting: { id: "sync-ignored", colour: "list.warningForeground" },
  checking: running,
  succeeded: passed,
  failed,
  cancelled: skipped,
  lost: warning,
};

export function buildIcon(build: BuildSummary): Icon {
  return build.state === "succeeded" && !isKnownGood(build) ? unsure : buildIcons[build.state];
}

/** What all builds of a batch stand for: one that failed counts more than one that was cancelled. */
export function batchIcon(batch: Batch): Icon {
  if (batch.running > 0) return running;
  if (batch.queued > 0) return queued;
  if (batch.failed > 0) return failed;
  if (batch.cancelled > 0) return skipped;
  return batch.builds.every(isKnownGood) ? passed : unsure;
}

export const derivationIcons: Readonly<Record<DerivationState["state"], Icon>> = {
  planned: idle,
  waiting: queued,
  building: running,
  built: passed,
  "built-by-another": passed,
  fetched: { id: "cloud-download", colour: "testing.iconPassed" },
  "not-needed": skipped,
  failed,
  "dependency-failed": { id: "error", colour: "disabledForeground" },
  cancelled: skipped,
};

export const groupIcons = { waiting: idle, done: passed, unsure } as const;

export const transferIcons = {
  fetch: transfersIcon,
  send: { id: "cloud-upload" },
  copy: { id: "arrow-swap" },
} as const;

export const signatureIcons: Readonly<Record<Verdict, Icon>> = {
  fine: { id: "verified-filled", colour: "testing.iconPassed" },
  local: { id: "home" },
  open: { id: "unverified", colour: yellow },
  wrong: { id: "warning", colour: yellow },
};

/** Whether a machine accepts a result. */
export const routeIcons: Readonly<Record<RouteVerdict["verdict"], Icon>> = {
  accepted: { id: "pass", colour: "testing.iconPassed" },
  refused: signatureIcons.wrong,
  unknown: { id: "question", colour: yellow },
};
