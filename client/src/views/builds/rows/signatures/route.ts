import { escapeMarkdown } from "../../../../../../server/src/common/markdown.ts";
import type { RouteVerdict } from "../../../../../../server/src/protocol.ts";
import { routeIcons } from "../../../../builds/icons.ts";
import { routeText } from "../../../../builds/signatures/routes.ts";
import { spokenName } from "../../../spoken.ts";
import type { BuildsRowKind, Row } from "../../row/row.ts";

/** Whether the machine will accept the result as Morph brings it there; on hover, why, and the other ways. A click opens the report. */
export interface RouteRow extends Row {
  readonly kind: "route";
  readonly route: RouteVerdict;
  /** All ways, that one included. */
  readonly routes: readonly RouteVerdict[];
}

/** The row for the way that Morph takes. None in reports of older versions. */
export function routeRows(parent: Row, routes: readonly RouteVerdict[] = []): readonly RouteRow[] {
  const used = routes.filter(route => route.used === true);
  return used.map(route => ({ kind: "route", key: `${parent.key} route`, id: parent.id, route, routes, parent }));
}

export const routeKind: BuildsRowKind<RouteRow> = {
  item({ key, id, route, routes }, { store, l10n }) {
    const label = routeText(route, l10n);
    const machine = store.summary(id)?.machine;
    const lines = routes.map(each => `**${escapeMarkdown(routeText(each, l10n))}**  \n${escapeMarkdown(each.why)}`);
    return {
      id: key,
      label,
      icon: routeIcons[route.verdict],
      below: "none",
      words: ["route"],
      tooltip: { markdown: lines.join("\n\n") },
      ...(machine !== undefined && { click: { kind: "signatures", report: { id, machine } } as const }),
      spoken: spokenName("", label),
    };
  },
};
