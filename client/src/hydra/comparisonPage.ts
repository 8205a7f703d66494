import { countText } from "../../../server/src/common/lastResult.ts";
import type { HydraComparison } from "../../../server/src/protocol.ts";
import { commandIds } from "../manifest.ts";
import {
  type ActionLine,
  actionSection,
  type Page,
  type PageLine,
  type PageNames,
  plain,
  run,
  section,
} from "../pages/page.ts";
import { fixesOf } from "../problems/fixes.ts";
import { causeText, comparisonText, reasonText } from "./comparisonText.ts";
import { hydraBuildText } from "./text.ts";

/** How many derivations are listed. */
const maxCauses = 100;

/** Whether Hydra's build of a machine is what would be deployed, and what differs. `now` in ms. */
export function comparisonPage(uri: string, comparison: HydraComparison, names: PageNames, now: number): Page {
  const { l10n, timeOf } = names;
  const { machine, build, project, jobset, url, ours, theirs, closure, unread, causes, reasons } = comparison;
  const actions = actionsOf(uri, comparison, names);
  const { state, details } = hydraBuildText(build, now, l10n);
  return {
    actions,
    lines: [
      plain(l10n.t("{0}: {1}", machine, comparisonText(comparison, l10n))),
      plain(""),
      plain(l10n.t("Hydra build {0}: {1}", build.id, [state, ...details].join(", "))),
      plain(l10n.t("Jobset {0} on {1}, {2}", `${project}:${jobset}`, url, timeOf(build.at))),
      ...actionSection(actions, l10n),
      ...section(
        l10n.t("What differs"),
        reasons.map(reason => plain(reasonText(reason, l10n))),
      ),
      ...section(l10n.t("Derivations that differ by themselves ({0})", countText(causes.length)), [
        ...causes.slice(0, maxCauses).map(cause => plain(causeText(cause, l10n))),
        ...(causes.length > maxCauses ? [plain(l10n.t("{0} more", countText(causes.length - maxCauses)))] : []),
      ]),
      ...(unread === undefined ? [] : section(l10n.t("Not compared"), [plain(unread.message)])),
      ...replayedSection(comparison, names),
      ...section(l10n.t("Derivations"), [
        plain(l10n.t("On Hydra: {0}", theirs)),
        plain(l10n.t("Here: {0}", ours)),
        ...(closure === undefined
          ? []
          : [plain(l10n.t("{0} derivations in the closure of Hydra's", countText(closure.total)))]),
      ]),
    ],
  };
}

function actionsOf(uri: string, { machine, build, ours, theirs }: HydraComparison, names: PageNames): ActionLine[] {
  const { l10n } = names;
  const target = { uri, machine };
  const isSame = ours === theirs;
  const fetch = { title: l10n.t("Fetch from Cache"), command: commandIds.fetchFromCache, arguments: [target] };
  const replay = {
    title: l10n.t("Evaluate with Hydra's Inputs"),
    command: commandIds.evaluateWithHydraInputs,
    arguments: [target],
  };
  const again = { title: l10n.t("Compare Again"), command: commandIds.compareWithHydra, arguments: [target] };
  const open = { title: l10n.t("Open in Hydra"), command: commandIds.openInHydra, arguments: [target] };
  return [...(isSame && build.state === "succeeded" ? [fetch] : []), ...(isSame ? [] : [replay]), again, open].map(run);
}

function replayedSection({ replayed, theirs }: HydraComparison, { l10n }: PageNames): readonly PageLine[] {
  if (replayed === undefined) return [];
  const title = l10n.t("Evaluated here with Hydra's inputs");
  if ("problem" in replayed) {
    const { message, detail = "" } = replayed.problem;
    const lines = detail.split("\n").filter(line => line.trim() !== "");
    return section(title, [plain(message), ...lines.map(plain), ...fixesOf(replayed.problem, l10n).map(run)]);
  }
  return section(title, [
    plain(
      replayed.drvPath === theirs
        ? l10n.t("The same as Hydra's: what differs comes from the inputs above.")
        : l10n.t("Not the same as Hydra's: {0}", replayed.drvPath),
    ),
  ]);
}
