import { agoText } from "../../../server/src/common/lastResult.ts";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { HydraMachine, HydraMachineBuild } from "../../../server/src/protocol.ts";
import type { Icon } from "../util/icon.ts";

/** The parts of a text about Hydra: the most important one first, because a narrow side bar cuts the rest. */
export interface HydraText {
  readonly state: string;
  readonly details: readonly string[];
  readonly icon: Icon;
}

const icons: Readonly<Record<HydraMachineBuild["state"], Icon>> = {
  queued: { id: "clock", colour: "testing.iconQueued" },
  building: { id: "sync~spin", colour: "charts.blue" },
  succeeded: { id: "pass", colour: "testing.iconPassed" },
  failed: { id: "error", colour: "testing.iconFailed" },
  cancelled: { id: "circle-slash", colour: "disabledForeground" },
};

const warning: Icon = { id: "warning", colour: "list.warningForeground" };
const off: Icon = { id: "circle-slash", colour: "disabledForeground" };

/** A build: `succeeded · 3 h ago`, `newly failing · 2 min ago`, `queued · number 3`. `now` in ms. */
export function hydraBuildText(build: HydraMachineBuild, now: number, l10n: Localiser): HydraText {
  const { state, at, queuePosition, isNewlyFailing } = build;
  const ago = agoText(now - Date.parse(at), l10n);
  const when = ago === undefined ? [] : [ago];
  const icon = icons[state];
  switch (state) {
    case "queued":
      return {
        state: l10n.t("queued"),
        details: queuePosition === undefined ? [] : [l10n.t("number {0} in the queue", queuePosition)],
        icon,
      };
    case "building":
      return { state: l10n.t("building"), details: [], icon };
    case "succeeded":
      return { state: l10n.t("succeeded"), details: when, icon };
    case "failed":
      return {
        state: isNewlyFailing === true ? l10n.t("newly failing") : l10n.t("still failing"),
        details: when,
        icon,
      };
    case "cancelled":
      return { state: l10n.t("cancelled"), details: when, icon };
  }
}

/** A jobset: `evaluated 12 min ago`, `evaluating`, or what is wrong with it. `now` in ms. */
export function hydraJobsetText(machine: HydraMachine, now: number, l10n: Localiser): HydraText {
  const { isEnabled, isEvaluating, checkedAt, evaluation, problem } = machine;
  const checked = checkedAt === undefined ? undefined : agoText(now - Date.parse(checkedAt), l10n);
  const when = checked === undefined ? [] : [l10n.t("checked {0}", checked)];
  if (isEvaluating === true) return { state: l10n.t("evaluating"), details: when, icon: icons.building };
  if (problem !== undefined) return { state: problemText(problem.code, l10n), details: when, icon: warning };
  if (!isEnabled) return { state: l10n.t("disabled"), details: when, icon: off };
  if (evaluation === undefined) return { state: l10n.t("not evaluated yet"), details: when, icon: { id: "list-tree" } };
  const evaluated = agoText(now - Date.parse(evaluation.at), l10n);
  return {
    state: evaluated === undefined ? l10n.t("evaluated") : l10n.t("evaluated {0}", evaluated),
    details: when,
    icon: { id: "list-tree" },
  };
}

function problemText(code: string, l10n: Localiser): string {
  return code === "hydra-inputs" ? l10n.t("inputs cannot be fetched") : l10n.t("evaluation failed");
}

/** How often a jobset is checked: `every hour`, `every 5 min`, `only when asked`. @param seconds 0: never. */
export function intervalText(seconds: number, l10n: Localiser): string {
  if (seconds <= 0) return l10n.t("only on request");
  if (seconds % 3600 === 0) return seconds === 3600 ? l10n.t("every hour") : l10n.t("every {0} hours", seconds / 3600);
  return l10n.t("every {0} min", Math.max(1, Math.round(seconds / 60)));
}
