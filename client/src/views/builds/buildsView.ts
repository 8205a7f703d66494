import * as vscode from "vscode";
import type { BuildsFilter } from "../../builds/filter.ts";
import { isUnfinished } from "../../builds/state.ts";
import type { BuildsStore } from "../../builds/store.ts";
import { filterText } from "../../builds/text.ts";
import type { LanguageServer } from "../../languageServer.ts";
import { contextKeys, viewIds } from "../../manifest.ts";
import { setContextKey } from "../../registry.ts";
import { Ticker } from "../../util/ticker.ts";
import { chosenRows } from "../chosenRows.ts";
import { Badge, badgeText, badgeValue } from "./badge.ts";
import { BuildsTree } from "./buildsTree.ts";
import { OpenRows } from "./openRows.ts";
import type { BuildsRow } from "./rows/kinds.ts";
import { Watching } from "./watching.ts";

/** The Builds view on screen: its expanded rows, its badge, its timer. */
export class BuildsView implements vscode.Disposable {
  readonly #store: BuildsStore;
  readonly #view: vscode.TreeView<BuildsRow>;
  readonly #watching: Watching;
  readonly #open: OpenRows;
  readonly #badge = new Badge();
  readonly #ticker = new Ticker(1000, () => this.#tick());
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly tree: BuildsTree;

  /** @param memory the workspace state. */
  constructor(store: BuildsStore, server: LanguageServer, memory: vscode.Memento) {
    this.#store = store;
    this.#open = new OpenRows(memory);
    this.tree = new BuildsTree(store, id => this.#open.isReopened(id));
    this.#view = vscode.window.createTreeView(viewIds.builds, { treeDataProvider: this.tree, canSelectMany: true });
    this.#watching = new Watching(
      id => this.#runs(id),
      // Ignore a server that is gone; the next one is notified when it starts.
      (id, on) => void server.request("morph/watchBuild", { id, on }).catch(() => undefined),
    );
    this.#subscriptions = [
      this.tree.onDidAskBelow(id => this.#setOpen(id, true)),
      this.#view.onDidExpandElement(({ element }) => this.#expanded(element)),
      this.#view.onDidCollapseElement(({ element }) => this.#collapsed(element)),
      this.#view.onDidChangeVisibility(({ visible }) => this.#becameVisible(visible)),
      store.onDidLoad(() => this.#watching.forget()),
      store.onDidChangeStates(() => this.#changed()),
    ];
    this.#watching.setVisible(this.#view.visible);
  }

  get visible(): boolean {
    return this.#view.visible;
  }

  get selection(): readonly BuildsRow[] {
    return this.#view.selection;
  }

  /** The rows that a key acts on. */
  chosenRows(): Promise<readonly BuildsRow[]> {
    return chosenRows(this.#view);
  }

  /** Shows only the builds that pass the filter, which is shown in the view's title. */
  setFilter(filter: BuildsFilter): void {
    this.#view.description = filter.kind === "all" ? "" : filterText(filter, vscode.l10n);
    setContextKey(contextKeys.buildsFiltered, filter.kind !== "all");
    this.tree.setFilter(filter);
  }

  /** Reveals a build or a batch with its row expanded, without moving the focus. A build that is filtered out stays hidden. */
  async reveal(id: string): Promise<void> {
    const row = this.tree.row(id);
    if (row !== undefined) await this.#view.reveal(row, { expand: true, focus: false, select: false });
  }

  /** Selects a build and moves the focus to it, even if it was filtered out. */
  async show(id: string): Promise<void> {
    if (this.tree.row(id) === undefined) this.setFilter({ kind: "all" });
    const row = this.tree.row(id);
    if (row !== undefined) await this.#view.reveal(row, { expand: true, focus: true, select: true });
  }

  #runs(id: string): boolean {
    const summary = this.#store.summary(id);
    return summary !== undefined && isUnfinished(summary);
  }

  #expanded(row: BuildsRow): void {
    if (row.kind === "batch") this.#open.set(row.id, true);
    if (row.kind !== "build") return;
    this.#setOpen(row.id, true);
    // VS Code may still have outdated rows.
    if (this.#store.derivations(row.id) === undefined) this.tree.redraw([row.id]);
  }

  #collapsed(row: BuildsRow): void {
    if (row.kind === "batch") this.#open.set(row.id, false);
    if (row.kind !== "build") return;
    this.#setOpen(row.id, false);
    this.tree.close(row.id);
  }

  #setOpen(id: string, open: boolean): void {
    this.#open.set(id, open);
    this.#watching.setOpen(id, open);
  }

  /** A hidden view is not updated: it is read again when it becomes visible. */
  #becameVisible(visible: boolean): void {
    this.#watching.setVisible(visible);
    const open = this.#watching.open.filter(id => this.#runs(id));
    if (visible) this.tree.redraw(open);
    else for (const id of open) this.#store.dropDetails(id);
    this.#changed();
  }

  #changed(): void {
    this.#watching.update();
    this.#showBadge();
    this.#ticker.run(this.#view.visible && this.#store.unfinished.length > 0);
  }

  #showBadge(): void {
    // Failures before the first list are not news.
    if (!this.#store.loaded) return;
    const count = this.#badge.count(this.#store.summaries, this.#view.visible);
    const value = badgeValue(count);
    this.#view.badge = value === 0 ? undefined : { value, tooltip: badgeText(count, vscode.l10n) };
  }

  #tick(): void {
    this.tree.refresh(this.#store.unfinished.map(({ id }) => id));
  }

  dispose(): void {
    for (const part of [this.#ticker, ...this.#subscriptions, this.#view, this.tree]) part.dispose();
  }
}
