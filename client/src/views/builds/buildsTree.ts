import * as vscode from "vscode";
import type { BuildSummary } from "../../../../server/src/protocol.ts";
import { Arrangements } from "../../builds/arrangements.ts";
import { type BuildsFilter, passes } from "../../builds/filter.ts";
import type { BuildsChange } from "../../builds/model.ts";
import type { BuildsStore } from "../../builds/store.ts";
import { ChangedRows } from "../../util/changedRows.ts";
import { KeptRows } from "../keptRows.ts";
import { look } from "../rowItem.ts";
import { ShownRows } from "../shownRows.ts";
import { treeItem } from "../treeItem.ts";
import { type BuildRow, buildRow } from "./rows/build.ts";
import { type BuildsRow, isBuildsRow, kindOf } from "./rows/kinds.ts";
import type { RowContext } from "./rows/row.ts";

/** The Builds view: running builds on top, with their derivations, transfers and signatures below. */
export class BuildsTree implements vscode.TreeDataProvider<BuildsRow>, vscode.Disposable {
  readonly #store: BuildsStore;
  readonly #builds = new KeptRows();
  readonly #arrangements = new Arrangements();
  readonly #kept = new KeptRows();
  readonly #context: RowContext;
  readonly #change = new vscode.EventEmitter<BuildsRow[] | undefined>();
  readonly #shown = new ShownRows<BuildsRow>(({ id }) => id);
  readonly #changedRows = new ChangedRows<string>(ids => this.#draw(ids));
  readonly #open = new vscode.EventEmitter<string>();
  readonly #subscription: vscode.Disposable;
  readonly onDidChangeTreeData = this.#change.event;
  /** A build's row was expanded: its id. */
  readonly onDidAskBelow = this.#open.event;

  #filter: BuildsFilter = { kind: "all" };

  constructor(store: BuildsStore) {
    this.#store = store;
    this.#context = {
      store,
      arrangements: this.#arrangements,
      kept: this.#kept,
      l10n: vscode.l10n,
      pathOf: uri => vscode.workspace.asRelativePath(vscode.Uri.parse(uri, true)),
      now: Date.now,
    };
    this.#subscription = store.onDidChange(change => this.#changed(change));
  }

  async getChildren(row?: BuildsRow): Promise<BuildsRow[]> {
    if (row === undefined)
      return this.#store.summaries
        .filter(summary => passes(this.#filter, summary))
        .map(summary => this.#buildRow(summary));
    if (row.kind === "build") {
      this.#open.fire(row.id);
      await this.#store.loadDetails(row.id);
    }
    const { ask } = kindOf(row);
    const rows = ask === undefined ? this.#below(row) : await ask(row, this.#context);
    this.#shown.gaveBelow(row, rows);
    return [...rows];
  }

  /** The child rows that are known without a request. */
  #below(row: BuildsRow): readonly BuildsRow[] {
    return kindOf(row).children?.(row, this.#context) ?? [];
  }

  /** The current child rows; undefined if they have to be requested. */
  #belowNow(row: BuildsRow): readonly BuildsRow[] | undefined {
    if (kindOf(row).ask !== undefined || this.#store.derivations(row.id) === undefined) return undefined;
    return this.#below(row);
  }

  getParent({ parent }: BuildsRow): BuildsRow | undefined {
    return parent !== undefined && isBuildsRow(parent) ? parent : undefined;
  }

  getTreeItem(row: BuildsRow): vscode.TreeItem {
    const item = kindOf(row).item(row, this.#context);
    this.#shown.gave(row, look(item));
    return treeItem(item);
  }

  /** Creates expensive tooltips when the mouse rests on a row. */
  resolveTreeItem(item: vscode.TreeItem, row: BuildsRow): vscode.TreeItem {
    const tooltip = kindOf(row).tooltip?.(row, this.#context);
    if (tooltip !== undefined) item.tooltip = new vscode.MarkdownString(tooltip);
    return item;
  }

  /** The row of a build, for `TreeView.reveal`. Undefined if it is unknown or filtered out. */
  row(id: string): BuildRow | undefined {
    const summary = this.#store.summary(id);
    return summary === undefined || !passes(this.#filter, summary) ? undefined : this.#buildRow(summary);
  }

  #buildRow(summary: BuildSummary): BuildRow {
    return this.#builds.keep(buildRow(summary));
  }

  #buildRows(ids: readonly string[]): BuildRow[] {
    return ids.flatMap(id => this.#store.summary(id) ?? []).map(summary => this.#buildRow(summary));
  }

  /** Shows only the builds that pass the filter. */
  setFilter(filter: BuildsFilter): void {
    this.#filter = filter;
    this.#changedRows.addAll();
  }

  /** Refreshes the changed rows of these builds, such as their durations. */
  refresh(ids: readonly string[]): void {
    this.#changedRows.add(ids);
  }

  /** Refreshes these builds and everything below them, changed or not. */
  redraw(ids: readonly string[]): void {
    for (const row of this.#buildRows(ids)) this.#shown.outdate(row);
    this.refresh(ids);
  }

  /** A build's row was collapsed. */
  close(id: string): void {
    this.#store.dropDetails(id);
    this.#kept.drop(id);
    this.#arrangements.drop(id);
  }

  #draw(ids: readonly string[] | "all"): void {
    if (ids === "all") return this.#change.fire(undefined);
    const now = {
      look: (row: BuildsRow) => look(kindOf(row).item(row, this.#context)),
      below: (row: BuildsRow) => this.#belowNow(row),
    };
    const rows = this.#buildRows(ids).flatMap(row => this.#shown.changed(row, now));
    if (rows.length > 0) this.#change.fire(rows);
  }

  #keepOnly(ids: ReadonlySet<string>): void {
    for (const part of [this.#builds, this.#kept, this.#arrangements, this.#shown]) part.keepOnly(ids);
  }

  #changed(change: BuildsChange): void {
    switch (change.kind) {
      case "none":
        return;
      case "list":
        this.#keepOnly(new Set(this.#store.summaries.map(({ id }) => id)));
        this.#changedRows.addAll();
        return;
      case "build":
      case "derivations":
        this.refresh([change.id]);
    }
  }

  dispose(): void {
    for (const part of [this.#subscription, this.#changedRows, this.#change, this.#open]) part.dispose();
  }
}
