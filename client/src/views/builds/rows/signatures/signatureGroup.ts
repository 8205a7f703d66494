import { countText } from "../../../../../../server/src/common/lastResult.ts";
import { escapeMarkdown } from "../../../../../../server/src/common/markdown.ts";
import type { Problem } from "../../../../../../server/src/protocol.ts";
import { signatureIcons } from "../../../../builds/icons.ts";
import { merged } from "../../../../builds/signatures/advised.ts";
import { groupVerdict, type SignatureGroup } from "../../../../builds/signatures/groups.ts";
import { signatureExplanation, signatureStatusText } from "../../../../builds/signatures/text.ts";
import { itemWords } from "../../../../manifest.ts";
import { fixesOf } from "../../../../problems/fixes.ts";
import { spokenName } from "../../../spoken.ts";
import { type BuildsRowKind, pageSize, type Row } from "../../row/row.ts";
import { type AdviceRow, adviceRow } from "./advice.ts";
import { type MorePathsRow, morePathsRow } from "./morePaths.ts";
import { type PathRow, pathRow } from "./path.ts";

/** Paths that need attention for the same reason; below are what to do about it, and the paths. */
export interface SignatureGroupRow extends Row {
  readonly kind: "signatureGroup";
  readonly group: SignatureGroup;
  readonly advice: readonly Problem[];
  /** All fixes of the advice, for Show Fixes... */
  readonly problem?: Problem | undefined;
}

export function signatureGroupRow(
  parent: Row,
  group: SignatureGroup,
  advice: readonly Problem[] = [],
): SignatureGroupRow {
  const [key, problem] = [`${parent.key} ${group.status}`, merged(advice)];
  return { kind: "signatureGroup", key, id: parent.id, group, advice, problem, parent };
}

export const signatureGroupKind: BuildsRowKind<SignatureGroupRow, AdviceRow | PathRow | MorePathsRow> = {
  item({ key, group: { status, paths }, problem }, { l10n }) {
    const label = signatureStatusText(status, l10n);
    const description = countText(paths.length);
    return {
      id: key,
      label,
      description,
      icon: signatureIcons[groupVerdict(status)],
      below: "closed",
      words: [
        "signatureGroup",
        ...(problem !== undefined && fixesOf(problem, l10n).length > 0 ? [itemWords.fixes] : []),
      ],
      tooltip: { markdown: `**${escapeMarkdown(label)}**\n\n${escapeMarkdown(signatureExplanation(status, l10n))}` },
      spoken: spokenName(label, description),
    };
  },

  children(row) {
    const { paths } = row.group;
    const rest = paths.length - pageSize;
    return [
      ...row.advice.map((problem, index) => adviceRow(row, problem, index)),
      ...paths.slice(0, pageSize).map(path => pathRow(row, path)),
      ...(rest > 0 ? [morePathsRow(row, rest)] : []),
    ];
  },
};
