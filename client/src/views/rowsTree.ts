import * as vscode from "vscode";
import { ChangedRows } from "../util/changedRows.ts";
import { look, type RowKind } from "./rowItem.ts";
import { haveSameKeys, ShownRows } from "./shownRows.ts";
import { treeItem } from "./treeItem.ts";

/** A row of a tree. */
interface TreeRow {
  /** Unique in the view. */
  readonly key: string;
}

/** The content of a tree. */
export interface RowsSource<R, C> {
  readonly kindOf: (row: R) => RowKind<R, C, R>;
  /** The rows at the top. */
  readonly top: (context: C) => readonly R[];
  /** Identifies the row at the top of the tree that a row is below. */
  readonly topOf: (row: R) => string;
}

/**
 * A tree whose child rows are known without a request. It keeps one object per row, by which VS Code identifies rows, and refreshes
 * only the rows that changed.
 */
export class RowsTree<R extends TreeRow, C> implements vscode.TreeDataProvider<R>, vscode.Disposable {
  readonly #source: RowsSource<R, C>;
  readonly #change = new vscode.EventEmitter<R[] | undefined>();
  /** Key -> the row that VS Code has. */
  readonly #rows = new Map<string, R>();
  readonly #parents = new WeakMap<R, R>();
  readonly #shown: ShownRows<R>;
  readonly #changed = new ChangedRows<R>(rows => this.#draw(rows));
  /** The rows at the top that VS Code has; undefined: it has to ask for them. */
  #top: readonly R[] | undefined;
  protected context: C;
  readonly onDidChangeTreeData = this.#change.event;

  constructor(source: RowsSource<R, C>, context: C) {
    this.#source = source;
    this.context = context;
    this.#shown = new ShownRows(source.topOf);
  }

  getChildren(row?: R): R[] {
    if (row === undefined) {
      this.#top = this.top();
      this.#forgetOthers(undefined, this.#top);
      this.#shown.keepOnly(new Set(this.#top.map(this.#source.topOf)));
      return [...this.#top];
    }
    const rows = this.#below(row);
    this.#forgetOthers(row, rows);
    this.#shown.gaveBelow(row, rows);
    return [...rows];
  }

  getParent(row: R): R | undefined {
    return this.#parents.get(row);
  }

  getTreeItem(row: R): vscode.TreeItem {
    const item = this.#source.kindOf(row).item(row, this.context);
    this.#shown.gave(row, look(item));
    return treeItem(item);
  }

  /** Creates tooltips when the mouse rests on a row, so that they are up to date. */
  resolveTreeItem(item: vscode.TreeItem, row: R): vscode.TreeItem {
    const tooltip = this.#source.kindOf(row).tooltip?.(row, this.context);
    if (tooltip !== undefined) item.tooltip = new vscode.MarkdownString(tooltip);
    return item;
  }

  /** The current rows at the top. */
  protected top(): R[] {
    return this.#source.top(this.context).map(row => this.keep(row));
  }

  /** The rows that VS Code has. */
  protected get rows(): readonly R[] {
    return [...this.#rows.values()];
  }

  /** The object of a row that VS Code has; the given one if it is new. */
  protected keep(row: R): R {
    const known = this.#rows.get(row.key) ?? row;
    this.#rows.set(row.key, known);
    return known;
  }

  /** Refreshes those of the rows, and of the rows below them, that changed; the whole tree if its rows at the top did. */
  protected refreshRows(rows: readonly R[]): void {
    this.#changed.add(rows);
  }

  /** The same for the whole tree. */
  protected refreshAll(): void {
    const top = this.top();
    if (top.length > 0) this.refreshRows(top);
    else if (this.#top !== undefined && this.#top.length > 0) this.redraw();
  }

  /** Draws the whole tree again. */
  protected redraw(): void {
    this.#rows.clear();
    this.#shown.keepOnly(new Set());
    this.#top = undefined;
    this.#changed.addAll();
  }

  #below(row: R): R[] {
    const rows = (this.#source.kindOf(row).children?.(row, this.context) ?? []).map(each => this.keep(each));
    for (const each of rows) this.#parents.set(each, row);
    return rows;
  }

  /** Forgets the rows that are no longer below a row, or at the top, with those below them. */
  #forgetOthers(row: R | undefined, below: readonly R[]): void {
    const known = new Set(below);
    for (const each of this.#rows.values()) {
      const parent = this.#parents.get(each);
      const isGone = parent === row ? !known.has(each) : parent !== undefined && !this.#rows.has(parent.key);
      if (isGone) this.#rows.delete(each.key);
    }
  }

  #draw(rows: readonly R[] | "all"): void {
    const top = this.top();
    if (this.#top === undefined || !haveSameKeys(top, this.#top)) return this.#change.fire(undefined);
    const now = {
      look: (row: R) => look(this.#source.kindOf(row).item(row, this.context)),
      below: (row: R) => this.#below(row),
    };
    const changed = new Set((rows === "all" ? top : rows).flatMap(row => this.#shown.changed(row, now)));
    if (changed.size > 0) this.#change.fire([...changed]);
  }

  dispose(): void {
    this.#changed.dispose();
    this.#change.dispose();
  }
}
