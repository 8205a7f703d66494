import { codeBlock, escapeMarkdown } from "../../../../../server/src/common/markdown.ts";
import type { Problem } from "../../../../../server/src/protocol.ts";
import { failureIcon, warningIcon } from "../../../builds/icons.ts";
import { isFailed } from "../../../builds/state.ts";
import { type ItemWord, itemWords } from "../../../manifest.ts";
import { fixesOf } from "../../../problems/fixes.ts";
import { spokenName } from "../../spoken.ts";
import type { BuildsRowKind, Row } from "../row/row.ts";

/** Why a build failed: a click opens the page about it. Or a problem while it runs: a click opens its location, or else the log. */
export interface FailureRow extends Row {
  readonly kind: "failure";
}

export function failureRow(parent: Row): FailureRow {
  return { kind: "failure", key: `${parent.key} failure`, id: parent.id, parent };
}

export const failureKind: BuildsRowKind<FailureRow> = {
  item({ key, id }, { store, l10n }) {
    const build = store.summary(id);
    if (build === undefined) return undefined;
    const { machine, failure } = build;
    const label = failure?.message ?? "";
    const isWarning = failure?.severity === "warning";
    const fixes: readonly ItemWord[] =
      failure === undefined || fixesOf(failure, l10n).length === 0 ? [] : [itemWords.fixes];
    return {
      id: key,
      label,
      icon: isWarning ? warningIcon : failureIcon,
      below: "none",
      words: ["failure", itemWords.log, ...fixes],
      click: isFailed(build)
        ? { kind: "failure", failure: { id, machine } }
        : failure?.location === undefined
          ? { kind: "log", log: { id, name: machine } }
          : { kind: "location", location: failure.location },
      spoken: spokenName("", isWarning ? l10n.t("Warning: {0}", label) : l10n.t("Problem: {0}", label)),
    };
  },

  tooltip({ id }, { store }) {
    const failure = store.summary(id)?.failure;
    return failure && failureTooltip(failure);
  },
};

/** The full message, with the lines that decided, or else Nix's message. */
function failureTooltip({ message, quote, detail }: Problem): string {
  const text = escapeMarkdown(message);
  const shown = quote?.lines.join("\n") ?? detail;
  return shown === undefined ? text : `${text}\n\n${codeBlock(shown)}`;
}
