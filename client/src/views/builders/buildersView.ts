import * as vscode from "vscode";
import { problemAbout } from "../../builders/problems.ts";
import { builderName } from "../../builders/stateText.ts";
import type { BuildersStore } from "../../builders/store.ts";
import type { BuildsStore } from "../../builds/store.ts";
import { internalCommands, viewIds } from "../../manifest.ts";
import { showProblem } from "../../problems/show.ts";
import { Ticker } from "../../util/ticker.ts";
import { chosenRows } from "../chosenRows.ts";
import { BuildersTree } from "./buildersTree.ts";
import type { BuildersRow } from "./rows/kinds.ts";

/** Times such as `2 min ago` are redrawn this often (ms). */
const period = 60_000;

/** The Builders view on screen: its timer, and what a click on a problem does. */
export class BuildersView implements vscode.Disposable {
  readonly #store: BuildersStore;
  readonly #output: vscode.LogOutputChannel;
  readonly #view: vscode.TreeView<BuildersRow>;
  readonly #ticker = new Ticker(period, () => this.tree.refresh());
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly tree: BuildersTree;

  constructor(store: BuildersStore, builds: BuildsStore, output: vscode.LogOutputChannel) {
    this.#store = store;
    this.#output = output;
    this.tree = new BuildersTree(store, builds);
    this.#view = vscode.window.createTreeView(viewIds.builders, {
      treeDataProvider: this.tree,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.#subscriptions = [
      this.#view.onDidChangeVisibility(() => this.#becameVisible()),
      store.onDidChange(() => this.#keepTime()),
      vscode.commands.registerCommand(internalCommands.showBuilderProblem, () => this.#showProblem()),
    ];
    if (this.#view.visible) this.#becameVisible();
  }

  get selection(): readonly BuildersRow[] {
    return this.#view.selection;
  }

  get onDidChangeSelection(): vscode.Event<unknown> {
    return this.#view.onDidChangeSelection;
  }

  /** The rows that a key acts on. */
  chosenRows(): Promise<readonly BuildersRow[]> {
    return chosenRows(this.#view);
  }

  /** Selects a builder and moves the focus to it. Whether it is known. */
  async show(id: string): Promise<boolean> {
    const row = this.tree.row(id);
    if (row !== undefined) await this.#view.reveal(row, { expand: true, focus: true, select: true });
    return row !== undefined;
  }

  #becameVisible(): void {
    if (this.#view.visible) {
      this.tree.refresh();
      void this.#store.findDeclared();
    }
    this.#keepTime();
  }

  #keepTime(): void {
    this.#ticker.run(this.#view.visible && this.#store.builders.some(({ check }) => check !== undefined));
  }

  /** Shows the problem of the selected row, with what can be done about it. */
  #showProblem(): void {
    const [row] = this.#view.selection;
    const builder = row?.kind === "problem" ? this.#store.builder(row.builder) : undefined;
    if (row?.kind !== "problem" || builder === undefined) return;
    const problem = problemAbout(builder, row);
    if (problem === undefined) return;
    const subject = problem.message.includes(builder.name) ? undefined : builderName(builder, vscode.l10n);
    void showProblem(problem, this.#output, [], subject);
  }

  dispose(): void {
    for (const part of [this.#ticker, ...this.#subscriptions, this.#view, this.tree]) part.dispose();
  }
}
