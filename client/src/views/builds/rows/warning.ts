import type { Problem } from "../../../../../server/src/protocol.ts";
import { warningIcon } from "../../../builds/icons.ts";
import { spokenName } from "../../spoken.ts";
import type { BuildsRowKind, Row } from "../row/row.ts";

/** A warning from before a build started. A click opens its location, if it has one. */
export interface WarningRow extends Row {
  readonly kind: "warning";
  readonly warning: Problem;
}

export function warningRow(parent: Row, warning: Problem): WarningRow {
  return { kind: "warning", key: `${parent.key} ${warning.code}`, id: parent.id, warning, parent };
}

export const warningKind: BuildsRowKind<WarningRow> = {
  item({ key, warning: { message, location } }, { l10n }) {
    return {
      id: key,
      label: message,
      tooltip: message,
      icon: warningIcon,
      below: "none",
      words: ["warning"],
      ...(location !== undefined && { click: { kind: "location", location } as const }),
      spoken: spokenName("", l10n.t("Warning: {0}", message)),
    };
  },
};
