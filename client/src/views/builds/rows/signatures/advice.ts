import { codeBlock, escapeMarkdown } from "../../../../../../server/src/common/markdown.ts";
import type { Problem } from "../../../../../../server/src/protocol.ts";
import { adviceIcon } from "../../../../builds/icons.ts";
import { itemWords } from "../../../../manifest.ts";
import { fixesOf } from "../../../../problems/fixes.ts";
import { spokenName } from "../../../spoken.ts";
import type { BuildsRowKind, Row } from "../../row/row.ts";

/** Why the paths of a group have no trusted signature, and what to do about it. */
export interface AdviceRow extends Row {
  readonly kind: "advice";
  /** For Show Fixes... */
  readonly problem: Problem;
}

/** @param index among the advice about the group. */
export function adviceRow(parent: Row, problem: Problem, index: number): AdviceRow {
  return { kind: "advice", key: `${parent.key} advice ${index}`, id: parent.id, problem, parent };
}

export const adviceKind: BuildsRowKind<AdviceRow> = {
  item({ key, problem }, { l10n }) {
    const { message, detail } = problem;
    const text = escapeMarkdown(message);
    return {
      id: key,
      label: message,
      icon: adviceIcon,
      below: "none",
      words: ["advice", ...(fixesOf(problem, l10n).length > 0 ? [itemWords.fixes] : [])],
      tooltip: { markdown: detail === undefined ? text : `${text}\n\n${codeBlock(detail)}` },
      spoken: spokenName("", l10n.t("Problem: {0}", message)),
    };
  },
};
