import * as vscode from "vscode";
import type { BuildsChange } from "../../builds/model.ts";
import type { BuildsStore } from "../../builds/store.ts";
import type { NetworksChange } from "../../machines/changes.ts";
import type { Grouping } from "../../machines/groups.ts";
import type { MachinesStore } from "../../machines/store.ts";
import { ChangedRows } from "../../util/changedRows.ts";
import { look } from "../rowItem.ts";
import { ShownRows } from "../shownRows.ts";
import { treeItem } from "../treeItem.ts";
import { kindOf, type MachinesRow } from "./rows/kinds.ts";
import { networkRow } from "./rows/network.ts";
import type { RowContext } from "./rows/row.ts";

/** The Machines view: network files, with their machines below, in groups if the user has chosen that. */
export class MachinesTree implements vscode.TreeDataProvider<MachinesRow>, vscode.Disposable {
  readonly #store: MachinesStore;
  readonly #builds: BuildsStore;
  readonly #change = new vscode.EventEmitter<MachinesRow[] | undefined>();
  /** Key -> the row that VS Code has, which it identifies by object. */
  readonly #rows = new Map<string, MachinesRow>();
  readonly #parents = new WeakMap<MachinesRow, MachinesRow>();
  readonly #shown = new ShownRows<MachinesRow>(({ uri }) => uri);
  readonly #changed = new ChangedRows<MachinesRow>(rows => this.#draw(rows));
  readonly #subscriptions: readonly vscode.Disposable[];
  #context: RowContext;
  readonly onDidChangeTreeData = this.#change.event;

  constructor(store: MachinesStore, builds: BuildsStore, grouping: Grouping) {
    this.#store = store;
    this.#builds = builds;
    this.#context = {
      store,
      builds,
      grouping,
      l10n: vscode.l10n,
      pathOf: uri => vscode.workspace.asRelativePath(vscode.Uri.parse(uri, true)),
      now: Date.now,
    };
    this.#subscriptions = [
      store.onDidChange(change => this.#networksChanged(change)),
      builds.onDidChange(change => this.#buildsChanged(change)),
      builds.onDidChangeOutdated(() => this.refresh()),
    ];
  }

  getChildren(row?: MachinesRow): MachinesRow[] {
    if (row === undefined) return (this.#store.networks ?? []).map(({ uri }) => this.#keep(networkRow(uri)));
    const rows = this.#below(row);
    this.#forgetOthers(row, rows);
    this.#shown.gaveBelow(row, rows);
    return [...rows];
  }

  getParent(row: MachinesRow): MachinesRow | undefined {
    return this.#parents.get(row);
  }

  getTreeItem(row: MachinesRow): vscode.TreeItem {
    const item = kindOf(row).item(row, this.#context);
    this.#shown.gave(row, look(item));
    return treeItem(item);
  }

  /** Creates tooltips when the mouse rests on a row, so that they are up to date. */
  resolveTreeItem(item: vscode.TreeItem, row: MachinesRow): vscode.TreeItem {
    const tooltip = kindOf(row).tooltip?.(row, this.#context);
    if (tooltip !== undefined) item.tooltip = new vscode.MarkdownString(tooltip);
    return item;
  }

  get grouping(): Grouping {
    return this.#context.grouping;
  }

  set grouping(grouping: Grouping) {
    this.#context = { ...this.#context, grouping };
    this.#drawAll();
  }

  /** Refreshes the rows that look different now, such as those that show how long ago something was. */
  refresh(): void {
    this.#changed.add([...this.#rows.values()].filter(({ kind }) => kind === "machine"));
  }

  #below(row: MachinesRow): MachinesRow[] {
    const rows = (kindOf(row).children?.(row, this.#context) ?? []).map(each => this.#keep(each));
    for (const each of rows) this.#parents.set(each, row);
    return rows;
  }

  /** Forgets the rows that are no longer below a row, with those below them. */
  #forgetOthers(row: MachinesRow, below: readonly MachinesRow[]): void {
    const known = new Set(below);
    for (const each of this.#rows.values()) {
      const parent = this.#parents.get(each);
      const isGone = parent === row ? !known.has(each) : parent !== undefined && !this.#rows.has(parent.key);
      if (isGone) this.#rows.delete(each.key);
    }
  }

  #keep(row: MachinesRow): MachinesRow {
    const known = this.#rows.get(row.key) ?? row;
    this.#rows.set(row.key, known);
    return known;
  }

  #networksChanged(change: NetworksChange): void {
    if (change.kind === "networks") this.#changed.add(change.uris.map(uri => this.#keep(networkRow(uri))));
    if (change.kind === "list") this.#drawAll();
  }

  /** When a build starts or ends, it becomes the last one of its machine. A machine shows no derivations. */
  #buildsChanged(change: BuildsChange): void {
    if (change.kind === "list") return this.refresh();
    const build = change.kind === "build" ? this.#builds.summary(change.id) : undefined;
    if (build === undefined) return;
    const { uri, machine } = build;
    this.#changed.add(
      [...this.#rows.values()].filter(row => row.kind === "machine" && row.uri === uri && row.machine === machine),
    );
  }

  #drawAll(): void {
    this.#rows.clear();
    this.#shown.keepOnly(new Set());
    this.#changed.addAll();
  }

  #draw(rows: readonly MachinesRow[] | "all"): void {
    if (rows === "all") return this.#change.fire(undefined);
    const now = {
      look: (row: MachinesRow) => look(kindOf(row).item(row, this.#context)),
      below: (row: MachinesRow) => this.#below(row),
    };
    const changed = new Set(rows.flatMap(row => this.#shown.changed(row, now)));
    if (changed.size > 0) this.#change.fire([...changed]);
  }

  dispose(): void {
    for (const part of [...this.#subscriptions, this.#changed, this.#change]) part.dispose();
  }
}
