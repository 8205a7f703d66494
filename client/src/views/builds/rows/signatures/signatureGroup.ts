import { countText } from "../../../../../../server/src/common/lastResult.ts";
import { escapeMarkdown } from "../../../../../../server/src/common/markdown.ts";
import { signatureIcons } from "../../../../builds/icons.ts";
import { groupVerdict, type SignatureGroup } from "../../../../builds/signatures/groups.ts";
import { signatureExplanation, signatureStatusText } from "../../../../builds/signatures/text.ts";
import { spokenName } from "../../../spoken.ts";
import { type BuildsRowKind, pageSize, type Row } from "../../row/row.ts";
import { type MorePathsRow, morePathsRow } from "./morePaths.ts";
import { type PathRow, pathRow } from "./path.ts";

/** Paths that need attention for the same reason, which are below; on hover, what to do about it. */
export interface SignatureGroupRow extends Row {
  readonly kind: "signatureGroup";
  readonly group: SignatureGroup;
}

export function signatureGroupRow(parent: Row, group: SignatureGroup): SignatureGroupRow {
  return { kind: "signatureGroup", key: `${parent.key} ${group.status}`, id: parent.id, group, parent };
}

export const signatureGroupKind: BuildsRowKind<SignatureGroupRow, PathRow | MorePathsRow> = {
  item({ key, group: { status, paths } }, { l10n }) {
    const label = signatureStatusText(status, l10n);
    const description = countText(paths.length);
    return {
      id: key,
      label,
      description,
      icon: signatureIcons[groupVerdict(status)],
      below: "closed",
      words: ["signatureGroup"],
      tooltip: { markdown: `**${escapeMarkdown(label)}**\n\n${escapeMarkdown(signatureExplanation(status, l10n))}` },
      spoken: spokenName(label, description),
    };
  },

  children(row) {
    const { paths } = row.group;
    const rest = paths.length - pageSize;
    return [
      ...paths.slice(0, pageSize).map(path => pathRow(row, path)),
      ...(rest > 0 ? [morePathsRow(row, rest)] : []),
    ];
  },
};
