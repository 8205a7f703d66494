import { bytesText } from "../../../server/src/common/bytes.ts";
import { countText } from "../../../server/src/common/lastResult.ts";
import type { Localiser } from "../../../server/src/common/localiser.ts";
import type { BuildSummary, CacheState, PathOffer, PathSignature, Problem } from "../../../server/src/protocol.ts";
import type { AdvisedReport } from "../builds/signatures/advised.ts";
import { type GroupStatus, groupSignatures } from "../builds/signatures/groups.ts";
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
 * The signature report of a build: what to do, every cache, the paths that need attention with each cache's answer, then those that
 * are signed.
 */
export function signaturePage(build: BuildSummary, report: AdvisedReport, names: PageNames): Page {
  const { l10n, timeOf } = names;
  const { at, bytes, total, caches, advice = [], trustedKeys = [] } = report;
  const problems = [...advice, ...caches.flatMap(({ problem }) => problem ?? [])];
  const actions = actionsOf(build, problems, l10n);
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
        l10n.t("Reasons"),
        advice.flatMap(({ message, detail = "" }) => adviceLines(message, detail)),
      ),
      ...section(
        l10n.t("Caches"),
        caches.flatMap(cache => cacheLines(cache, l10n)),
      ),
      ...section(
        l10n.t("Trusted keys"),
        trustedKeys.map(key => plain(key)),
      ),
      ...groupSignatures(report).flatMap(({ status, paths }) => groupSection(status, paths, l10n)),
      ...groupSection("trusted", signed, l10n),
    ],
  };
}

function actionsOf(build: BuildSummary, problems: readonly Problem[], l10n: Localiser): readonly ActionLine[] {
  const { id } = build;
  const again = { title: l10n.t("Check Again"), command: commandIds.checkSignatures, arguments: [{ id }] };
  const save = {
    title: l10n.t("Export Signature Report"),
    command: commandIds.exportSignatures,
    arguments: [{ id }],
  };
  const fixes = problems.flatMap(problem => fixesOf(problem, l10n));
  const all = [...(isCheckable(build) ? [again] : []), ...fixes, save];
  // Several problems may have the same fix.
  return [...new Map(all.map(fix => [JSON.stringify([fix.command, fix.arguments]), fix])).values()].map(run);
}

function adviceLines(message: string, detail: string): PageLine[] {
  const below = detail.split("\n").filter(line => line.trim() !== "");
  return [plain(message), ...below.map(line => plain(`  ${line}`))];
}

function cacheLines(cache: CacheState, l10n: Localiser): PageLine[] {
  const { url, problem, priority, wantMassQuery, storeDir, keys = [] } = cache;
  const facts = [
    ...(priority === undefined ? [] : [l10n.t("priority {0}", priority)]),
    ...(storeDir === undefined ? [] : [l10n.t("store {0}", storeDir)]),
    ...(wantMassQuery === true ? [l10n.t("queried for many paths in advance")] : []),
  ];
  const text = cacheText(cache, l10n);
  const below = [
    ...(text === "" ? [] : [text]),
    ...(problem === undefined ? [] : [problem.message, ...(problem.detail ?? "").split("\n")]),
    ...(keys.length === 0 ? [] : [l10n.t("Signs with {0}", keys.join(", "))]),
    ...(facts.length === 0 ? [] : [facts.join(", ")]),
  ];
  const lines = below.filter(line => line.trim() !== "");
  return url === "" ? lines.map(plain) : [plain(url), ...lines.map(line => plain(`  ${line}`))];
}

function groupSection(status: GroupStatus, paths: readonly PathSignature[], l10n: Localiser): readonly PageLine[] {
  if (paths.length === 0) return [];
  const title = l10n.t("{0} ({1})", signatureStatusText(status, l10n), countText(paths.length));
  return section(title, [plain(signatureExplanation(status, l10n)), ...paths.flatMap(path => pathLines(path, l10n))]);
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
