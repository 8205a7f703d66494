import type { BuilderId } from "../../../../../server/src/protocol.ts";
import { systemIcon } from "../../../builders/icons.ts";
import { systemsOf } from "../../../builders/state.ts";
import { systemBadge, systemTooltip } from "../../../builders/systemText.ts";
import { spokenRow } from "../../spoken.ts";
import { type ProblemRow, problemRow } from "./problem.ts";
import type { BuildersRowKind, Row, RowContext } from "./row.ts";

/** A system that a builder builds for, how, and how we know it. Why it refuses is below. */
export interface SystemRow extends Row {
  readonly kind: "system";
  readonly builder: BuilderId;
  readonly system: string;
}

export function systemRow({ key, top, builder }: Row & Pick<SystemRow, "builder">, system: string): SystemRow {
  return { kind: "system", key: `${key} ${system}`, top, builder, system };
}

export const systemKind: BuildersRowKind<SystemRow, ProblemRow> = {
  item(row, context) {
    const { l10n, now } = context;
    const found = offeredIn(row, context);
    if (found === undefined) return undefined;
    const description = systemBadge(found, now(), l10n);
    return {
      id: row.key,
      label: row.system,
      description,
      icon: systemIcon(found.system),
      below: found.system.refusal === undefined ? "none" : "open",
      words: ["system"],
      spoken: spokenRow(row.system, description),
    };
  },

  tooltip(row, context) {
    const found = offeredIn(row, context);
    return found && systemTooltip(found, context.l10n);
  },

  children(row, context) {
    return offeredIn(row, context)?.system.refusal === undefined ? [] : [problemRow(row, { system: row.system })];
  },
};

function offeredIn({ builder: id, system }: SystemRow, { store }: RowContext) {
  const builder = store.builder(id);
  return builder && systemsOf(builder).find(each => each.system.system === system);
}
