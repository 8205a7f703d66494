import type { Localiser } from "../../../../../../server/src/common/localiser.ts";
import { escapeMarkdown, inlineCode } from "../../../../../../server/src/common/markdown.ts";
import type { CacheState, Problem } from "../../../../../../server/src/protocol.ts";
import { cacheIcons, signatureIcons } from "../../../../builds/icons.ts";
import { cacheName, cacheText } from "../../../../builds/signatures/text.ts";
import { type ItemWord, itemWords } from "../../../../manifest.ts";
import { fixesOf } from "../../../../problems/fixes.ts";
import { type Fact, factsMarkdown } from "../../../../text/facts.ts";
import type { Icon } from "../../../../util/icon.ts";
import { spokenName } from "../../../spoken.ts";
import type { BuildsRowKind, Row } from "../../row/row.ts";

/** A cache, with how many paths of the closure it has. Without an address: why nothing was checked. */
export interface CacheRow extends Row {
  readonly kind: "cache";
  readonly cache: CacheState;
  /** For Show Fixes... */
  readonly problem?: Problem | undefined;
  readonly isCheckable: boolean;
}

/**
 * @param isCheckable whether the signatures of the build can be checked again.
 * @param advice what to do about its problem.
 */
export function cacheRow(parent: Row, cache: CacheState, isCheckable: boolean, advice?: Problem): CacheRow {
  const { url } = cache;
  const problem = advice ?? cache.problem;
  return { kind: "cache", key: `${parent.key} ${url}`, id: parent.id, cache, problem, isCheckable, parent };
}

export const cacheKind: BuildsRowKind<CacheRow> = {
  item({ key, cache, problem, isCheckable }, { l10n }) {
    const { url } = cache;
    const label = url === "" ? (cache.problem?.message ?? "") : cacheName(url);
    const description = cacheText(cache, l10n);
    const hasFixes = problem !== undefined && fixesOf(problem, l10n).length > 0;
    const words: readonly ItemWord[] = [
      ...(hasFixes ? [itemWords.fixes] : []),
      ...(isCheckable && problem !== undefined ? [itemWords.recheck] : []),
    ];
    return {
      id: key,
      label,
      description,
      tooltip: { markdown: cacheTooltip({ ...cache, problem }, l10n) },
      icon: iconOf(cache),
      below: "none",
      words: ["cache", ...words],
      spoken: spokenName("", label, description === "" ? [] : [description]),
    };
  },
};

function iconOf({ problem, counts }: CacheState): Icon {
  if (problem !== undefined) return cacheIcons.silent;
  return (counts?.invalid ?? 0) > 0 ? signatureIcons.wrong : cacheIcons.answered;
}

function cacheTooltip(cache: CacheState, l10n: Localiser): string {
  const { url, problem, priority, wantMassQuery, storeDir, keys = [] } = cache;
  const text = cacheText(cache, l10n);
  const facts: readonly Fact[] = [
    [l10n.t("Paths"), text === "" ? undefined : escapeMarkdown(text)],
    [l10n.t("Signs with"), keys.length === 0 ? undefined : keys.map(inlineCode).join(", ")],
    [l10n.t("Priority"), priority === undefined ? undefined : String(priority)],
    [l10n.t("Queried for many paths in advance"), wantMassQuery === true ? l10n.t("yes") : undefined],
    [l10n.t("Store"), storeDir === undefined ? undefined : inlineCode(storeDir)],
    [l10n.t("Problem"), problem === undefined ? undefined : escapeMarkdown(problem.message)],
    [l10n.t("Details"), problem?.detail === undefined ? undefined : escapeMarkdown(problem.detail)],
  ];
  return factsMarkdown(url === "" ? "" : inlineCode(url), facts);
}
