import { bytesText } from "../../../server/src/common/bytes.ts";
import { countText } from "../../../server/src/common/lastResult.ts";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { BuildSummary, CacheState, PathOffer, PathSignature, Problem } from "../../../server/src/protocol.ts";
import { type AdvisedReport, adviceAbout, adviceFor } from "../builds/signatures/advised.ts";
import { type GroupStatus, groupSignatures } from "../builds/signatures/groups.ts";
import { routeText } from "../builds/signatures/routes.ts";
import {
  cacheName,
  cacheText,
  offerText,
  signatureExplanation,
  signatureStatusText,
  signedText,
} from "../builds/signatures/text.ts";
import { isCheckable } from "../builds/state.ts";
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

/**
 * The signature report of a build: what to do, whether the machine will accept it, every cache, the paths that need attention with each cache's answer, then those that
 * are signed.
 */
export function signaturePage(build: BuildSummary, report: AdvisedReport, names: PageNames): Page {
  const { l10n, timeOf } = names;
  const { at, bytes, total, caches, advice, trustedKeys = [], routes = [] } = report;
  const actions = actionsOf(build, l10n);
  const signed = report.paths.filter(({ status, narMissing }) => status === "trusted" && narMissing !== true);
  const heading = l10n.t("{0}: {1}", build.machine, signedText(report, l10n));
  const closure = [
    ...(total === 0 ? [] : [l10n.t("{0} paths in the closure", countText(total))]),
    ...(bytes === undefined ? [] : [bytesText(bytes, l10n)]),
  ].join(", ");
  return {
    actions,
    lines: [
      plain(heading),
      plain(""),
      ...(build.outPath === undefined ? [] : [plain(build.outPath)]),
      ...(closure === "" ? [] : [plain(closure)]),
      ...(at === undefined ? [] : [plain(l10n.t("Checked: {0}", timeOf(at)))]),
      ...actionSection(actions, l10n),
      ...section(
        l10n.t("Will {0} accept it?", build.machine),
        routes.flatMap(route => [plain(routeText(route, l10n)), plain(`  ${route.why}`)]),
      ),
      ...section(
        l10n.t("Caches"),
        caches.flatMap(cache => cacheLines(cache, adviceAbout(cache.url, advice), l10n)),
      ),
      ...section(
        l10n.t("Trusted keys"),
        trustedKeys.map(key => plain(key)),
      ),
      ...groupSignatures(report).flatMap(({ status, paths }) =>
        groupSection(status, paths, adviceFor(status, advice), l10n),
      ),
      ...groupSection("trusted", signed, [], l10n),
    ],
  };
}

function actionsOf(build: BuildSummary, l10n: Localiser): readonly ActionLine[] {
  const { id } = build;
  const again = { title: l10n.t("Check Again"), command: commandIds.checkSignatures, arguments: [{ id }] };
  const save = {
    title: l10n.t("Export Signature Report"),
    command: commandIds.exportSignatures,
    arguments: [{ id }],
  };
  return [...(isCheckable(build) ? [again] : []), save].map(run);
}

/** A problem with its details, and its fixes as lines to click. */
function problemLines(problem: Problem, l10n: Localiser): PageLine[] {
  const { message, detail = "" } = problem;
  const below = detail.split("\n").filter(line => line.trim() !== "");
  return [plain(message), ...below.map(line => plain(`  ${line}`)), ...fixesOf(problem, l10n).map(run)];
}

function cacheLines(cache: CacheState, advice: Problem | undefined, l10n: Localiser): PageLine[] {
  const { url, problem, priority, wantMassQuery, storeDir, keys = [] } = cache;
  const facts = [
    ...(priority === undefined ? [] : [l10n.t("priority {0}", priority)]),
    ...(storeDir === undefined ? [] : [l10n.t("store {0}", storeDir)]),
    ...(wantMassQuery === true ? [l10n.t("queried for many paths in advance")] : []),
  ];
  const text = cacheText(cache, l10n);
  const shown = advice ?? problem;
  const lines = [
    ...(text === "" ? [] : [plain(text)]),
    ...(shown === undefined ? [] : problemLines(shown, l10n)),
    ...(keys.length === 0 ? [] : [plain(l10n.t("Signs with {0}", keys.join(", ")))]),
    ...(facts.length === 0 ? [] : [plain(facts.join(", "))]),
  ];
  return url === ""
    ? lines
    : [plain(url), ...lines.map(line => (line.action === undefined ? plain(`  ${line.text}`) : line))];
}

/** @param advice shown instead of the general explanation. */
function groupSection(
  status: GroupStatus,
  paths: readonly PathSignature[],
  advice: readonly Problem[],
  l10n: Localiser,
): readonly PageLine[] {
  if (paths.length === 0) return [];
  const title = l10n.t("{0} ({1})", signatureStatusText(status, l10n), countText(paths.length));
  const why =
    advice.length === 0
      ? [plain(signatureExplanation(status, l10n))]
      : advice.flatMap(problem => problemLines(problem, l10n));
  return section(title, [...why, ...paths.flatMap(path => pathLines(path, l10n))]);
}

/** A path with the answer of every cache, unless none has it. */
function pathLines({ path, status, why, key, cache, offers = [] }: PathSignature, l10n: Localiser): PageLine[] {
  const isOffered = status !== "trusted" && offers.some(offer => offer.status !== "missing");
  const isSaid = isOffered && offers.some(offer => offer.why === why);
  const from = cache === undefined ? undefined : cacheName(cache);
  const facts = [...(isOffered ? [] : [key, from]), ...(isSaid ? [] : [why])].filter(fact => fact !== undefined);
  const line = facts.length === 0 ? path : `${path}  ${facts.join(", ")}`;
  return [plain(line), ...(isOffered ? offers.map(offer => offerLine(offer, l10n)) : [])];
}

function offerLine(offer: PathOffer, l10n: Localiser): PageLine {
  return plain(`  ${cacheName(offer.cache)}: ${offerText(offer, l10n)}`);
}
