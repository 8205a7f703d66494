import type { Location } from "vscode-languageserver-types";
import { isTelling } from "../../../server/src/common/errorLines.ts";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import { nameOfStorePath } from "../../../server/src/common/storePath.ts";
import type { BuildSummary, Problem } from "../../../server/src/protocol.ts";
import { commandIds } from "../manifest.ts";
import {
  type ActionLine,
  actionSection,
  type Page,
  type PageAction,
  type PageLine,
  type PageNames,
  plain,
  run,
  section,
  toPlace,
} from "../pages/page.ts";
import { rankedFixes } from "../problems/fixes.ts";

/** The page about a failed build. Its actions are the lines under the heading "Actions". */
export function failurePage(build: BuildSummary, { l10n, pathOf, timeOf }: PageNames): Page {
  const { machine, failure } = build;
  if (failure === undefined) return { lines: [plain(l10n.t("{0}: this build has not failed.", machine))], actions: [] };
  const placeText = ({ uri, range }: Location) => `${pathOf(uri)}:${range.start.line + 1}:${range.start.character + 1}`;
  const { quote, trace = [], detail } = failure;
  const actions = actionsOf(build, failure, placeText, l10n);
  const traced = trace
    .filter(isTelling)
    .map(step =>
      step.location === undefined
        ? plain(step.text)
        : { text: `${step.text} (${placeText(step.location)})`, action: toPlace(step.location) },
    );
  const source =
    quote?.derivation === undefined
      ? l10n.t("What Nix said")
      : l10n.t("The log of {0}", nameOfStorePath(quote.derivation));
  return {
    actions,
    lines: [
      plain(l10n.t("{0}: build failed", machine)),
      plain(""),
      ...failure.message.split("\n").map(plain),
      ...actionSection(actions, l10n),
      ...section(
        source,
        (quote?.lines ?? []).map((line, index) => ({
          text: line,
          ...(index === 0 && build.drvPath !== undefined && { action: showLog(build, l10n) }),
        })),
      ),
      ...section(l10n.t("How Nix got there, the last step first"), traced),
      ...section(l10n.t("The build"), factsOf(build, { l10n, pathOf, timeOf })),
      // Last, as it is the longest.
      ...section(
        build.hydra === undefined ? l10n.t("Nix's message") : l10n.t("Hydra's message"),
        isRepeated(detail, failure) ? [] : (detail ?? "").split("\n").map(line => plain(line)),
      ),
    ],
  };
}

/** What to look at comes first, then what to change. */
function actionsOf(
  build: BuildSummary,
  failure: Problem,
  placeText: (location: Location) => string,
  l10n: Localiser,
): readonly ActionLine[] {
  const { location } = failure;
  const { uri, machine, attribute, detached, fetch, fromCache } = build;
  const { first, afterLog, onPage } = rankedFixes(failure, l10n);
  const log = build.drvPath === undefined ? [] : [run(showLog(build, l10n).command)];
  const place =
    location === undefined ? [] : [{ text: l10n.t("Show {0}", placeText(location)), action: toPlace(location) }];
  const how = { ...(detached && { detached }), ...(fetch && { fetch }), ...(fromCache && { fromCache }) };
  const again = {
    title: l10n.t("Build Again"),
    command: commandIds.buildMachine,
    arguments: [{ uri, machine, attribute, place: build.place, ...how }],
  };
  const all = [...first, ...afterLog, ...onPage];
  const isOffered = all.some(({ command }) => command === commandIds.retryBuild);
  return [...log, ...place, ...[...all, ...(isOffered ? [] : [again])].map(run)];
}

function showLog({ id }: BuildSummary, l10n: Localiser): PageAction & { readonly kind: "command" } {
  return { kind: "command", command: { title: l10n.t("Show Log"), command: commandIds.showLog, arguments: [{ id }] } };
}

function factsOf(build: BuildSummary, { l10n, pathOf, timeOf }: PageNames): PageLine[] {
  const { uri, machine, startedAt, stoppedAt, system, drvPath, failure, warnings = [] } = build;
  const target = { uri, machine };
  const reveal = { title: l10n.t("Show in File"), command: commandIds.revealMachine, arguments: [target] };
  const failed = failure?.quote?.derivation;
  return [
    { text: l10n.t("Machine: {0} ({1})", machine, pathOf(uri)), action: { kind: "command", command: reveal } },
    ...(system === undefined ? [] : [plain(l10n.t("System: {0}", system))]),
    plain(l10n.t("Started: {0}", timeOf(startedAt))),
    ...(stoppedAt === undefined ? [] : [plain(l10n.t("Ended: {0}", timeOf(stoppedAt)))]),
    ...(failed === undefined
      ? []
      : [{ text: l10n.t("Failed derivation: {0}", failed), action: logOf(build.id, failed, l10n) }]),
    ...(drvPath === undefined ? [] : [plain(l10n.t("Derivation: {0}", drvPath))]),
    ...warnings.map(({ message }) => plain(l10n.t("Warning: {0}", message))),
  ];
}

/** The log of one derivation, alone. */
function logOf(id: string, drvPath: string, l10n: Localiser): PageAction {
  const row = { kind: "derivation", id, name: nameOfStorePath(drvPath), drvPath };
  return { kind: "command", command: { title: l10n.t("Show Log"), command: commandIds.showLog, arguments: [row] } };
}

/** Whether Nix's message says no more than what is quoted. */
function isRepeated(detail: string | undefined, { message, quote }: Problem): boolean {
  const lines = (detail ?? "").split("\n").filter(line => line.trim() !== "");
  return lines.every(line => message.includes(line.trim()) || quote?.lines.some(each => each.trim() === line.trim()));
}
