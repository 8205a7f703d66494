import type { Problem } from "../../../../../server/src/protocol.ts";
import { noteIcon, warningIcon } from "../../../builds/icons.ts";
import { spokenName } from "../../spoken.ts";
import type { BuildsRowKind, Row } from "../row/row.ts";

/** A warning, or only a note, from before a build started. A click opens its location, if it has one. */
export interface WarningRow extends Row {
  readonly kind: "warning";
  readonly warning: Problem;
}

export function warningRow(parent: Row, warning: Problem): WarningRow {
  return { kind: "warning", key: `${parent.key} ${warning.code}`, id: parent.id, warning, parent };
}

export const warningKind: BuildsRowKind<WarningRow> = {
  item({ key, warning: { message, location, severity } }, { l10n }) {
    const isNote = severity === "info";
    return {
      id: key,
      label: message,
      tooltip: message,
      icon: isNote ? noteIcon : warningIcon,
      below: "none",
      words: ["warning"],
      ...(location !== undefined && { click: { kind: "location", location } as const }),
      spoken: spokenName("", isNote ? l10n.t("Note: {0}", message) : l10n.t("Warning: {0}", message)),
    };
  },
};
