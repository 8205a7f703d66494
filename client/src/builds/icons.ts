import type { BuildState, BuildSummary, DerivationState } from "../../../server/src/protocol.ts";
import type { Icon } from "../util/icon.ts";
import type { Verdict } from "./signatures.ts";
import { isKnownGood } from "./state.ts";

const running: Icon = { id: "sync~spin", colour: "charts.blue" };
const passed: Icon = { id: "pass", colour: "testing.iconPassed" };
const failed: Icon = { id: "error", colour: "testing.iconFailed" };
const skipped: Icon = { id: "circle-slash", colour: "disabledForeground" };
const queued: Icon = { id: "clock", colour: "testing.iconQueued" };
const idle: Icon = { id: "circle-outline", colour: "disabledForeground" };
const warning: Icon = { id: "warning", colour: "list.warningForeground" };

/** A success that is not known to be good, as its row says. */
const unsure: Icon = { id: "pass", colour: "list.warningForeground" };

/** How the last build of a machine went: green only if it is known to be good. */
export function resultIcon(build: BuildSummary): Icon {
  if (build.state !== "succeeded") return buildIcons[build.state];
  if (build.outdated === true) return { id: "circle-outline" };
  return isKnownGood(build) ? passed : unsure;
}

export const failureIcon = failed;
export const warningIcon = warning;
export const transfersIcon: Icon = { id: "cloud-download" };
export const moreIcon: Icon = { id: "ellipsis" };
export const pathIcon: Icon = { id: "package" };
export const cacheIcon: Icon = { id: "debug-disconnect", colour: "list.warningForeground" };

export const buildIcons: Readonly<Record<BuildState, Icon>> = {
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

export const groupIcons = { waiting: idle, done: passed } as const;

export const transferIcons = {
  fetch: transfersIcon,
  send: { id: "cloud-upload" },
  copy: { id: "arrow-swap" },
} as const;

export const signatureIcons: Readonly<Record<Verdict, Icon>> = {
  fine: { id: "verified-filled", colour: "testing.iconPassed" },
  local: { id: "home" },
  open: { id: "unverified", colour: "list.warningForeground" },
  wrong: { id: "warning", colour: "list.warningForeground" },
};
