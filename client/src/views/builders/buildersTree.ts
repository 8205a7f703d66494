import * as vscode from "vscode";
import type { BuildersStore } from "../../builders/store.ts";
import type { BuildsStore } from "../../builds/store.ts";
import { RowsTree } from "../rowsTree.ts";
import type { BuilderRow } from "./rows/builder.ts";
import { type BuildersRow, kindOf } from "./rows/kinds.ts";
import type { RowContext } from "./rows/row.ts";
import { topRows } from "./topRows.ts";

/** The Builders view: this machine, the remote builders that Nix uses, and those that are only declared. */
export class BuildersTree extends RowsTree<BuildersRow, RowContext> {
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor(store: BuildersStore, builds: BuildsStore) {
    super(
      { kindOf, top: topRows, topOf: ({ top }) => top },
      {
        store,
        builds,
        isTrusted: () => vscode.workspace.isTrusted,
        l10n: vscode.l10n,
        pathOf: file => vscode.workspace.asRelativePath(vscode.Uri.file(file)),
        uriOf: file => vscode.Uri.file(file).toString(),
        now: Date.now,
      },
    );
    this.#subscriptions = [
      store.onDidChange(() => this.refresh()),
      // Builds change which slots are in use.
      builds.onDidChange(() => this.refresh()),
    ];
  }

  /** Refreshes the rows that look different now, such as those that show how long ago something was. */
  refresh(): void {
    this.refreshAll();
  }

  /** The row of a builder, for `TreeView.reveal`. */
  row(id: string): BuildersRow | undefined {
    const found = this.context.store.builder(id);
    const isOfBuilder = (row: BuildersRow): row is BuilderRow => row.kind === "builder" && row.builder === found?.id;
    const top = this.top();
    const group = top.find(({ kind }) => kind === "declared");
    return top.find(isOfBuilder) ?? (group && this.getChildren(group).find(isOfBuilder));
  }

  override dispose(): void {
    for (const part of this.#subscriptions) part.dispose();
    super.dispose();
  }
}
