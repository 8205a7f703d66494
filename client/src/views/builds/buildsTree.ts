import * as vscode from "vscode";
import { derivationTooltip } from "../../builds/derivationText.ts";
import { type BuildsFilter, passes } from "../../builds/filter.ts";
import type { BuildsChange } from "../../builds/model.ts";
import type { BuildsStore } from "../../builds/store.ts";
import { Gatherer } from "../../util/gatherer.ts";
import { Arrangements } from "./arrangements.ts";
import { buildHover, buildItem, failureHover, failureItem, warningItem } from "./buildItem.ts";
import type { BuildNode, BuildsNode } from "./buildNodes.ts";
import { branchRows, buildRows, pathRows, signatureRows, transferRows } from "./buildRows.ts";
import { derivationItem, groupItem, moreItem } from "./derivationItem.ts";
import { NodeCache } from "./nodeCache.ts";
import { ShownRows } from "./shownRows.ts";
import { cacheItem, pathItem, signatureGroupItem, signaturesItem } from "./signatureItems.ts";
import { transferItem, transfersItem } from "./transferItem.ts";

/** The Builds view: running builds on top, below each what it does. */
export class BuildsTree implements vscode.TreeDataProvider<BuildsNode>, vscode.Disposable {
  readonly #store: BuildsStore;
  readonly #cache = new NodeCache();
  readonly #arrangements = new Arrangements();
  readonly #change = new vscode.EventEmitter<BuildsNode[] | undefined>();
  readonly #shown = new ShownRows<BuildsNode>();
  readonly #gatherer = new Gatherer<string>(ids => this.#draw(ids));
  readonly #open = new vscode.EventEmitter<string>();
  readonly #subscription: vscode.Disposable;
  readonly onDidChangeTreeData = this.#change.event;
  /** Somebody looks below a build: its id. */
  readonly onDidAskBelow = this.#open.event;

  #filter: BuildsFilter = { kind: "all" };

  constructor(store: BuildsStore) {
    this.#store = store;
    this.#subscription = store.onDidChange(change => this.#changed(change));
  }

  async getChildren(node?: BuildsNode): Promise<BuildsNode[]> {
    if (node === undefined)
      return this.#store.summaries
        .filter(summary => passes(this.#filter, summary))
        .map(summary => this.#cache.build(summary));
    if (node.kind === "build") {
      this.#open.fire(node.id);
      await this.#store.loadDetails(node.id);
    }
    const rows =
      node.kind === "signatures" ? signatureRows(node, await this.#store.signatures(node.id)) : this.#below(node);
    this.#shown.gaveBelow(node, rows);
    return rows;
  }

  /** The rows below a row that are known without asking the server. */
  #below(node: BuildsNode): BuildsNode[] {
    switch (node.kind) {
      case "build":
        return buildRows(node, this.#store, this.#arrangements, this.#cache);
      case "group":
      case "derivation":
      case "more":
        return branchRows(node, this.#arrangements.shown(node.id), this.#cache);
      case "transfers":
        return transferRows(node, this.#store.transfers(node.id));
      case "signatureGroup":
        return pathRows(node);
      default:
        return [];
    }
  }

  /** The same now; undefined: the server would have to be asked. */
  #belowNow(node: BuildsNode): BuildsNode[] | undefined {
    if (node.kind === "signatures" || this.#store.derivations(node.id) === undefined) return undefined;
    return this.#below(node);
  }

  getParent(node: BuildsNode): BuildsNode | undefined {
    return node.parent;
  }

  getTreeItem(node: BuildsNode): vscode.TreeItem {
    const item = this.#item(node);
    this.#shown.gave(node, look(item));
    return item;
  }

  #item(node: BuildsNode): vscode.TreeItem {
    const now = Date.now();
    const build = this.#store.summary(node.id);
    const gone = { label: "" };
    switch (node.kind) {
      case "build":
        return build === undefined ? gone : buildItem(node, build, now);
      case "failure":
        return build === undefined ? gone : failureItem(node, build);
      case "warning":
        return warningItem(node);
      case "transfers":
        return build === undefined ? gone : transfersItem(node, build);
      case "transfer": {
        const transfer = this.#store.transfer(node.id, node.transfer);
        return transfer === undefined ? gone : transferItem(node, transfer);
      }
      case "derivation": {
        const derivation = this.#store.derivation(node.id, node.drvPath);
        return derivation === undefined
          ? gone
          : derivationItem(node, derivation, this.#arrangements.shown(node.id), now);
      }
      case "group":
        return groupItem(node, this.#arrangements.shown(node.id));
      case "more":
        return moreItem(node, this.#arrangements.shown(node.id));
      case "signatures":
        return build?.signatures === undefined ? gone : signaturesItem(node, build.signatures);
      case "signatureGroup":
        return signatureGroupItem(node);
      case "path":
        return pathItem(node);
      case "cache":
        return cacheItem(node);
    }
  }

  /** Makes the tooltips that cost something when the mouse rests on a row. */
  resolveTreeItem(item: vscode.TreeItem, node: BuildsNode): vscode.TreeItem {
    const build = this.#store.summary(node.id);
    if (build === undefined) return item;
    if (node.kind === "build") item.tooltip = buildHover(build, Date.now());
    const derivation = node.kind === "derivation" ? this.#store.derivation(node.id, node.drvPath) : undefined;
    if (derivation !== undefined) item.tooltip = new vscode.MarkdownString(derivationTooltip(derivation, vscode.l10n));
    if (node.kind === "failure" && build.failure !== undefined) item.tooltip = failureHover(build.failure);
    return item;
  }

  /** The row of a build, for `TreeView.reveal`. Undefined when it is not known, or not shown. */
  node(id: string): BuildNode | undefined {
    const summary = this.#store.summary(id);
    return summary === undefined || !passes(this.#filter, summary) ? undefined : this.#cache.build(summary);
  }

  /** Shows only the builds that pass. */
  setFilter(filter: BuildsFilter): void {
    this.#filter = filter;
    this.#gatherer.addAll();
  }

  /** Draws what has changed of these builds, as their time has gone on. */
  refresh(ids: readonly string[]): void {
    this.#gatherer.add(ids);
  }

  /** Draws these builds and all that is below them, changed or not. */
  redraw(ids: readonly string[]): void {
    for (const row of ids.flatMap(id => this.#cache.knownBuild(id) ?? [])) this.#shown.outdate(row);
    this.refresh(ids);
  }

  /** Nobody looks below a build any more. */
  close(id: string): void {
    this.#store.dropDetails(id);
    this.#cache.dropRows(id);
    this.#arrangements.drop(id);
  }

  #draw(ids: readonly string[] | "all"): void {
    if (ids === "all") return this.#change.fire(undefined);
    const now = { look: (row: BuildsNode) => look(this.#item(row)), below: (row: BuildsNode) => this.#belowNow(row) };
    const builds = ids.flatMap(id => this.#cache.knownBuild(id) ?? []);
    const rows = builds.flatMap(row => this.#shown.changed(row, now));
    if (rows.length > 0) this.#change.fire(rows);
  }

  #keepOnly(ids: ReadonlySet<string>): void {
    this.#cache.keepOnly(ids);
    this.#arrangements.keepOnly(ids);
    this.#shown.keepOnly(ids);
  }

  #changed(change: BuildsChange): void {
    switch (change.kind) {
      case "none":
        return;
      case "list":
        this.#keepOnly(new Set(this.#store.summaries.map(({ id }) => id)));
        this.#gatherer.addAll();
        return;
      case "build":
      case "derivations":
        this.refresh([change.id]);
    }
  }

  dispose(): void {
    for (const part of [this.#subscription, this.#gatherer, this.#change, this.#open]) part.dispose();
  }
}

/** What can be seen of a row, besides its tooltip. */
function look({ label, description, iconPath, collapsibleState, contextValue }: vscode.TreeItem): string {
  const icon = iconPath instanceof vscode.ThemeIcon ? [iconPath.id, iconPath.color?.id] : [];
  return JSON.stringify([label, description, icon, collapsibleState, contextValue]);
}
