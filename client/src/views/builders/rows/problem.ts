import { codeBlock, escapeMarkdown } from "../../../../../server/src/common/markdown.ts";
import type { BuilderId } from "../../../../../server/src/protocol.ts";
import { problemIcons } from "../../../builders/icons.ts";
import { type ProblemSubject, problemAbout } from "../../../builders/problems.ts";
import { internalCommands, itemWords } from "../../../manifest.ts";
import { fixesOf } from "../../../problems/fixes.ts";
import { spokenName } from "../../spoken.ts";
import type { BuildersRowKind, Row, RowContext } from "./row.ts";

/** Why a builder cannot be used, or not for a system or a feature. A click shows it with what can be done. */
export interface ProblemRow extends Row, ProblemSubject {
  readonly kind: "problem";
  readonly builder: BuilderId;
}

export function problemRow(
  { key, top, builder }: Row & Pick<ProblemRow, "builder">,
  { system, feature }: Omit<ProblemSubject, "builder">,
): ProblemRow {
  return { kind: "problem", key: `${key} problem ${feature ?? ""}`, top, builder, system, feature };
}

export const problemKind: BuildersRowKind<ProblemRow> = {
  item(row, context) {
    const { l10n } = context;
    const problem = problemOf(row, context);
    if (problem === undefined) return undefined;
    const label = problem.message;
    const spoken = problem.severity === "warning" ? l10n.t("Warning: {0}", label) : l10n.t("Problem: {0}", label);
    return {
      id: row.key,
      label,
      icon: problemIcons[problem.severity],
      below: "none",
      words: ["problem", ...(fixesOf(problem, l10n).length === 0 ? [] : [itemWords.fixes])],
      click: { kind: "selection", title: l10n.t("Show Problem"), id: internalCommands.showBuilderProblem },
      spoken: spokenName("", spoken),
    };
  },

  tooltip(row, context) {
    const problem = problemOf(row, context);
    if (problem === undefined) return undefined;
    const { message, detail } = problem;
    return detail === undefined ? escapeMarkdown(message) : `${escapeMarkdown(message)}\n\n${codeBlock(detail)}`;
  },
};

function problemOf(row: ProblemRow, { store }: RowContext) {
  const builder = store.builder(row.builder);
  return builder && problemAbout(builder, row);
}
