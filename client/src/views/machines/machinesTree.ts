import * as vscode from "vscode";
import type { NetworksChange } from "../../machines/changes.ts";
import type { MachinesStore } from "../../machines/store.ts";
import { machineItem, networkItem } from "./machineItems.ts";
import type { MachinesNode, NetworkNode } from "./machineNodes.ts";

/** The Machines view: network files, and below each its machines. */
export class MachinesTree implements vscode.TreeDataProvider<MachinesNode>, vscode.Disposable {
  readonly #store: MachinesStore;
  readonly #change = new vscode.EventEmitter<MachinesNode[] | undefined>();
  readonly #networks = new Map<string, NetworkNode>();
  readonly #subscription: vscode.Disposable;
  readonly onDidChangeTreeData = this.#change.event;

  constructor(store: MachinesStore) {
    this.#store = store;
    this.#subscription = store.onDidChange(change => this.#changed(change));
  }

  getChildren(node?: MachinesNode): MachinesNode[] {
    const networks = this.#store.networks ?? [];
    if (node === undefined) return networks.map(({ uri }) => this.#networkNode(uri));
    if (node.kind === "machine") return [];
    const machines = networks.find(({ uri }) => uri === node.uri)?.machines ?? [];
    return machines.map(({ name }) => ({ kind: "machine", uri: node.uri, machine: name, parent: node }));
  }

  getParent(node: MachinesNode): MachinesNode | undefined {
    return node.kind === "machine" ? node.parent : undefined;
  }

  getTreeItem(node: MachinesNode): vscode.TreeItem {
    if (node.kind === "network") {
      const network = this.#store.networks?.find(({ uri }) => uri === node.uri);
      return network === undefined ? new vscode.TreeItem("") : networkItem(node, network);
    }
    const machine = this.#store.machine(node.uri, node.machine);
    return machine === undefined ? new vscode.TreeItem(node.machine) : machineItem(node, machine);
  }

  #networkNode(uri: string): NetworkNode {
    const known = this.#networks.get(uri) ?? { kind: "network", uri };
    this.#networks.set(uri, known);
    return known;
  }

  #changed(change: NetworksChange): void {
    if (change.kind === "networks") this.#change.fire(change.uris.map(uri => this.#networkNode(uri)));
    if (change.kind !== "list") return;
    this.#networks.clear();
    this.#change.fire(undefined);
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#change.dispose();
  }
}
