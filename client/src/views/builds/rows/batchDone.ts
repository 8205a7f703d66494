import { sectionsOf } from "../../../builds/batches.ts";
import { doubtTexts } from "../../../builds/batchText.ts";
import { groupIcons } from "../../../builds/icons.ts";
import { isKnownGood } from "../../../builds/state.ts";
import { spokenName } from "../../spoken.ts";
import type { BuildsRowKind, Row } from "../row/row.ts";
import { type BuildRow, buildRow } from "./build.ts";

/** The builds of a batch that are done, if they are many. */
export interface BatchDoneRow extends Row {
  readonly kind: "batchDone";
  /** The same as `id`, for commands. */
  readonly batchId: string;
}

/** @param id of the batch. */
export function batchDoneRow(parent: Row, id: string): BatchDoneRow {
  return { kind: "batchDone", key: `${parent.key} done`, id, batchId: id, parent };
}

export const batchDoneKind: BuildsRowKind<BatchDoneRow, BuildRow> = {
  item({ key, id }, { store, shows, l10n }) {
    const batch = store.batch(id);
    if (batch === undefined) return undefined;
    const { grouped } = sectionsOf(batch, shows);
    const label = l10n.t("Done");
    const [count, doubts] = [String(grouped.length), doubtTexts(grouped, l10n)];
    return {
      id: key,
      label,
      description: [count, ...doubts].join(" · "),
      icon: grouped.every(isKnownGood) ? groupIcons.done : groupIcons.unsure,
      below: "closed",
      words: ["group"],
      spoken: spokenName(label, count, doubts),
    };
  },

  children(row, { store, shows, keptBuilds }) {
    const batch = store.batch(row.id);
    if (batch === undefined) return [];
    return sectionsOf(batch, shows).grouped.map(build => keptBuilds.keep(buildRow(build, row)));
  },
};
