import { durationText } from "../../../server/src/common/duration.ts";
import { countText } from "../../../server/src/common/lastResult.ts";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import { clockText, lengthText } from "./drawing.ts";
import type { TimelineTexts } from "./messages.ts";
import type { Bar, Timeline } from "./timeline.ts";

/** The texts of the page. */
export function timelineTexts(l10n: Localiser): TimelineTexts {
  return {
    chart: l10n.t("When each derivation was built, by builder. The table below has the same."),
    zoomIn: l10n.t("Zoom In"),
    zoomOut: l10n.t("Zoom Out"),
    fit: l10n.t("Show All"),
    save: l10n.t("Save as SVG..."),
    derivation: l10n.t("Derivation"),
    builder: l10n.t("Builder"),
    start: l10n.t("Start"),
    duration: l10n.t("Duration"),
    state: l10n.t("State"),
    states: {
      running: l10n.t("running"),
      built: l10n.t("built"),
      failed: l10n.t("failed"),
      cancelled: l10n.t("cancelled"),
    },
    emulated: l10n.t("emulated"),
    critical: l10n.t("on the critical path"),
    nothing: l10n.t("Nothing has been built yet. What comes from caches takes no slot of a builder, and is not shown."),
  };
}

/** `12 derivations in 4 min 5 s, the critical path of 3 in 3 min`. */
export function summaryText({ builders, length }: Timeline, l10n: Localiser): string {
  const bars = builders.flatMap(each => each.bars);
  const critical = bars.filter(({ isCritical }) => isCritical);
  const waited = critical.reduce((sum, { start, end }) => sum + end - start, 0);
  return l10n.t(
    "{0} derivations in {1}. The critical path, which more builders cannot shorten: {2} derivations, {3}.",
    countText(bars.length),
    durationText(length, l10n),
    countText(critical.length),
    durationText(waited, l10n),
  );
}

/** What is said of a bar in a file. */
export function barText({ name, state, start, end, isEmulated, isCritical }: Bar, texts: TimelineTexts): string {
  const facts = [texts.states[state], lengthText(end - start), `${texts.start} ${clockText(start)}`];
  if (isEmulated) facts.push(texts.emulated);
  if (isCritical) facts.push(texts.critical);
  return [name, ...facts].join(" · ");
}
