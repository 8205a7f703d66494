import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import { escapeMarkdown, inlineCode } from "../../../../../server/src/common/markdown.ts";
import { type Batch, estimateOf, hasEnded, sectionsOf } from "../../../builds/batches.ts";
import { basisText, batchDescription, batchName } from "../../../builds/batchText.ts";
import { batchIcon } from "../../../builds/icons.ts";
import { type ItemWord, itemWords } from "../../../manifest.ts";
import { factsMarkdown } from "../../../text/facts.ts";
import { spokenRow } from "../../spoken.ts";
import type { BuildsRowKind, Row } from "../row/row.ts";
import { type BatchDoneRow, batchDoneRow } from "./batchDone.ts";
import { type BuildRow, buildRow } from "./build.ts";

/** What was started together: below are the running builds, the failed ones, the queue in its order, and those that are done. */
export interface BatchRow extends Row {
  readonly kind: "batch";
  /** The same as `id`, for commands. */
  readonly batchId: string;
}

/** @param id of the batch. */
export function batchRow(id: string): BatchRow {
  return { kind: "batch", key: `batch ${id}`, id, batchId: id };
}

export const batchKind: BuildsRowKind<BatchRow, BuildRow | BatchDoneRow> = {
  item({ key, id }, { store, opened, l10n, now }) {
    const batch = store.batch(id);
    if (batch === undefined) return undefined;
    const label = batchName(batch, l10n);
    const description = batchDescription(batch, now(), l10n);
    return {
      id: key,
      label,
      description,
      icon: batchIcon(batch),
      below: opened(id) ? "open" : "closed",
      words: ["batch", ...wordsOf(batch)],
      spoken: spokenRow(label, description),
    };
  },

  tooltip({ id }, { store, pathOf, l10n, now }) {
    const batch = store.batch(id);
    return batch && batchTooltip(batch, pathOf(batch.uri), now(), l10n);
  },

  children(row, context) {
    const batch = context.store.batch(row.id);
    if (batch === undefined) return [];
    const { listed, grouped } = sectionsOf(batch, context.shows);
    const rows = listed.map(build => context.keptBuilds.keep(buildRow(build, row)));
    return grouped.length === 0 ? rows : [...rows, context.keptBuilds.keep(batchDoneRow(row, batch.id))];
  },
};

function wordsOf(batch: Batch): readonly ItemWord[] {
  return [
    ...(hasEnded(batch) ? [] : [itemWords.cancelBatch]),
    ...(batch.failed === 0 ? [] : [itemWords.retryFailed, itemWords.removeFailed]),
  ];
}

/** All details of a batch, as Markdown. `path`: its network file, relative to the workspace. `now` in epoch ms. */
function batchTooltip(batch: Batch, path: string, now: number, l10n: Localiser): string {
  const estimate = estimateOf(batch, now);
  return factsMarkdown(`**${escapeMarkdown(batchName(batch, l10n))}**`, [
    [l10n.t("State"), escapeMarkdown(batchDescription(batch, now, l10n))],
    [l10n.t("Network"), inlineCode(path)],
    [l10n.t("Started"), escapeMarkdown(new Date(batch.startedAt).toLocaleString())],
    [l10n.t("Estimate"), estimate && basisText(estimate, l10n)],
  ]);
}
