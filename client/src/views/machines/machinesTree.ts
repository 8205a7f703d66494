import * as vscode from "vscode";
import type { NetworksChange } from "../../machines/changes.ts";
import type { MachinesStore } from "../../machines/store.ts";
import { treeItem } from "../treeItem.ts";
import { kindOf, type MachinesRow } from "./rows/kinds.ts";
import { type NetworkRow, networkRow } from "./rows/network.ts";
import type { RowContext } from "./rows/row.ts";

/** The Machines view: network files, with their machines below. */
export class MachinesTree implements vscode.TreeDataProvider<MachinesRow>, vscode.Disposable {
  readonly #store: MachinesStore;
  readonly #context: RowContext;
  readonly #change = new vscode.EventEmitter<MachinesRow[] | undefined>();
  readonly #networks = new Map<string, NetworkRow>();
  readonly #subscription: vscode.Disposable;
  readonly onDidChangeTreeData = this.#change.event;

  constructor(store: MachinesStore) {
    this.#store = store;
    this.#context = {
      store,
      l10n: vscode.l10n,
      pathOf: uri => vscode.workspace.asRelativePath(vscode.Uri.parse(uri, true)),
    };
    this.#subscription = store.onDidChange(change => this.#changed(change));
  }

  getChildren(row?: MachinesRow): MachinesRow[] {
    if (row === undefined) return (this.#store.networks ?? []).map(({ uri }) => this.#networkRow(uri));
    return [...(kindOf(row).children?.(row, this.#context) ?? [])];
  }

  getParent(row: MachinesRow): MachinesRow | undefined {
    return row.kind === "machine" ? this.#networkRow(row.uri) : undefined;
  }

  getTreeItem(row: MachinesRow): vscode.TreeItem {
    return treeItem(kindOf(row).item(row, this.#context));
  }

  #networkRow(uri: string): NetworkRow {
    const known = this.#networks.get(uri) ?? networkRow(uri);
    this.#networks.set(uri, known);
    return known;
  }

  #changed(change: NetworksChange): void {
    if (change.kind === "networks") this.#change.fire(change.uris.map(uri => this.#networkRow(uri)));
    if (change.kind !== "list") return;
    this.#networks.clear();
    this.#change.fire(undefined);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#change.dispose();
  }
}
