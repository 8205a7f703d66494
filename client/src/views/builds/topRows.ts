import type { BuildSummary } from "../../../../server/src/protocol.ts";
import { type BuildsFilter, passes } from "../../builds/filter.ts";
import type { BuildsStore } from "../../builds/store.ts";
import type { RowContext } from "./row/row.ts";
import { type BatchRow, batchKind, batchRow } from "./rows/batch.ts";
import { batchDoneKind } from "./rows/batchDone.ts";
import { type BuildRow, buildRow } from "./rows/build.ts";

/** The rows at the top of the Builds view: batches, and builds that were started alone. Independent of VS Code. */
export class TopRows {
  readonly #store: Pick<BuildsStore, "summaries" | "summary" | "batch">;
  /** Which builds are shown. Those of a single machine are shown without their batches. */
  filter: BuildsFilter = { kind: "all" };

  constructor(store: Pick<BuildsStore, "summaries" | "summary" | "batch">) {
    this.#store = store;
  }

  /** Whether a build passes the filter. */
  shows(summary: BuildSummary): boolean {
    return passes(this.filter, summary);
  }

  /** All of them, in the order of their newest builds. */
  all(context: RowContext): readonly (BatchRow | BuildRow)[] {
    const shown = this.#store.summaries.filter(summary => this.shows(summary));
    return [...new Set(shown.map(summary => this.above(summary, context)))];
  }

  /** The rows above these builds, each once. */
  aboveAll(ids: readonly string[], context: RowContext): readonly (BatchRow | BuildRow)[] {
    const known = ids.flatMap(id => this.#store.summary(id) ?? []);
    return [...new Set(known.map(summary => this.above(summary, context)))];
  }

  /** The row of a build's batch, or its own if it has none. */
  above({ batch, ...summary }: BuildSummary, { keptBuilds }: RowContext): BatchRow | BuildRow {
    const isAlone = batch === undefined || this.filter.kind === "machine";
    return isAlone ? keptBuilds.keep(buildRow(summary)) : keptBuilds.keep(batchRow(batch.id));
  }

  /** The row of a build or a batch. Undefined if it is unknown or filtered out. */
  row(id: string, context: RowContext): BuildRow | BatchRow | undefined {
    if (this.#store.batch(id) !== undefined)
      return this.all(context).find(row => row.kind === "batch" && row.id === id);
    const summary = this.#store.summary(id);
    if (summary === undefined || !this.shows(summary)) return undefined;
    const top = this.above(summary, context);
    if (top.kind === "build") return top;
    for (const row of batchKind.children?.(top, context) ?? []) {
      const builds = row.kind === "build" ? [row] : (batchDoneKind.children?.(row, context) ?? []);
      const found = builds.find(build => build.id === id);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
