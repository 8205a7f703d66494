import * as vscode from "vscode";
import { Arrangements } from "../../builds/arrangement/arrangements.ts";
import type { BuildsFilter } from "../../builds/filter.ts";
import type { BuildsChange } from "../../builds/model.ts";
import type { BuildsStore } from "../../builds/store.ts";
import { ChangedRows } from "../../util/changedRows.ts";
import { KeptRows } from "../keptRows.ts";
import { look } from "../rowItem.ts";
import { haveSameKeys, ShownRows } from "../shownRows.ts";
import { treeItem } from "../treeItem.ts";
import type { RowContext } from "./row/row.ts";
import type { BatchRow } from "./rows/batch.ts";
import type { BuildRow } from "./rows/build.ts";
import { type BuildsRow, isBuildsRow, kindOf } from "./rows/kinds.ts";
import { TopRows } from "./topRows.ts";

/** The Builds view: batches and builds, running ones on top, with their derivations, transfers and signatures below. */
export class BuildsTree implements vscode.TreeDataProvider<BuildsRow>, vscode.Disposable {
  readonly #store: BuildsStore;
  readonly #keptBuilds = new KeptRows();
  readonly #rows: TopRows;
  readonly #arrangements = new Arrangements();
  readonly #kept = new KeptRows();
  readonly #context: RowContext;
  readonly #change = new vscode.EventEmitter<BuildsRow[] | undefined>();
  readonly #shown = new ShownRows<BuildsRow>(({ id }) => id);
  readonly #changedRows = new ChangedRows<string>(ids => this.#draw(ids));
  readonly #open = new vscode.EventEmitter<string>();
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly onDidChangeTreeData = this.#change.event;
  /** A build's row was expanded: its id. */
  readonly onDidAskBelow = this.#open.event;

  /** The rows at the top that VS Code has; undefined: it has to ask for them. */
  #top: readonly BuildsRow[] | undefined;

  /** @param opened whether the row of a build or a batch was expanded in the last window. */
  constructor(store: BuildsStore, opened: (id: string) => boolean) {
    this.#store = store;
    this.#rows = new TopRows(store);
    this.#context = {
      store,
      arrangements: this.#arrangements,
      kept: this.#kept,
      keptBuilds: this.#keptBuilds,
      shows: build => this.#rows.shows(build),
      opened,
      l10n: vscode.l10n,
      pathOf: uri => vscode.workspace.asRelativePath(vscode.Uri.parse(uri, true)),
      now: Date.now,
    };
    this.#subscriptions = [
      store.onDidChange(change => this.#changed(change)),
      // The details of expanded rows were forgotten.
      store.onDidLoad(() => this.#drawAll()),
    ];
  }

  async getChildren(row?: BuildsRow): Promise<BuildsRow[]> {
    if (row === undefined) {
      this.#top = this.#rows.all(this.#context);
      return [...this.#top];
    }
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
    if (kindOf(row).ask !== undefined) return undefined;
    const isKnown = row.kind === "batch" || row.kind === "batchDone" || this.#store.derivations(row.id) !== undefined;
    return isKnown ? this.#below(row) : undefined;
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

  /** The row of a build or a batch, for `TreeView.reveal`. Undefined if it is unknown or filtered out. */
  row(id: string): BuildRow | BatchRow | undefined {
    return this.#rows.row(id, this.#context);
  }

  /** Shows only the builds that pass the filter. */
  setFilter(filter: BuildsFilter): void {
    this.#rows.filter = filter;
    this.#changedRows.addAll();
  }

  /** Refreshes the changed rows of these builds, such as their durations. */
  refresh(ids: readonly string[]): void {
    this.#changedRows.add(ids);
  }

  /** Refreshes these builds and everything below them, changed or not. */
  redraw(ids: readonly string[]): void {
    for (const id of ids) {
      const row = this.row(id);
      if (row !== undefined) this.#shown.outdate(row);
    }
    this.refresh(ids);
  }

  /** A build's row was collapsed. */
  close(id: string): void {
    this.#store.dropDetails(id);
    this.#kept.drop(id);
    this.#arrangements.drop(id);
  }

  #draw(ids: readonly string[] | "all"): void {
    const all = ids === "all" ? this.#rows.all(this.#context) : undefined;
    if (all !== undefined && !haveSameKeys(all, this.#top ?? [])) return this.#change.fire(undefined);
    const now = {
      look: (row: BuildsRow) => look(kindOf(row).item(row, this.#context)),
      below: (row: BuildsRow) => this.#belowNow(row),
    };
    // A build that changes may change what its batch shows.
    const tops = all ?? this.#rows.aboveAll(ids === "all" ? [] : ids, this.#context);
    const rows = tops.flatMap(row => this.#shown.changed(row, now));
    if (rows.length > 0) this.#change.fire(rows);
  }

  #drawAll(): void {
    this.#top = undefined;
    this.#changedRows.addAll();
  }

  #keepOnly(ids: ReadonlySet<string>): void {
    for (const part of [this.#keptBuilds, this.#kept, this.#arrangements, this.#shown]) part.keepOnly(ids);
  }

  #changed(change: BuildsChange): void {
    switch (change.kind) {
      case "none":
        return;
      case "list":
        this.#keepOnly(new Set([...this.#store.summaries.map(({ id }) => id), ...this.#store.batches.keys()]));
        this.#changedRows.addAll();
        return;
      case "build":
      case "derivations":
        this.refresh([change.id]);
    }
  }

  dispose(): void {
    for (const part of [...this.#subscriptions, this.#changedRows, this.#change, this.#open]) part.dispose();
  }
}
