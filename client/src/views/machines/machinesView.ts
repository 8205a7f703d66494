import * as vscode from "vscode";
import type { BuildsStore } from "../../builds/store.ts";
import type { HydraStore } from "../../hydra/store.ts";
import { type Grouping, groupings } from "../../machines/groups.ts";
import type { MachinesStore } from "../../machines/store.ts";
import { commandIds, internalCommands, viewIds } from "../../manifest.ts";
import { showProblem } from "../../problems/show.ts";
import { runCommand } from "../../registry.ts";
import { Ticker } from "../../util/ticker.ts";
import { MachinesTree } from "./machinesTree.ts";
import type { MachinesRow } from "./rows/kinds.ts";

/** The key of the grouping in the workspace state. */
const key = "machines.groupBy";

/** Times such as `2 min ago` are redrawn this often (ms). */
const period = 60_000;

/** The Machines view on screen: its grouping, its timer, and what a click on a machine does. */
export class MachinesView implements vscode.Disposable {
  readonly #memory: vscode.Memento;
  readonly #builds: BuildsStore;
  readonly #hydra: HydraStore;
  readonly #output: vscode.LogOutputChannel;
  readonly #view: vscode.TreeView<MachinesRow>;
  readonly #ticker = new Ticker(period, () => this.tree.refresh());
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly tree: MachinesTree;

  /** @param memory the workspace state. */
  constructor(
    machines: MachinesStore,
    builds: BuildsStore,
    hydra: HydraStore,
    memory: vscode.Memento,
    output: vscode.LogOutputChannel,
  ) {
    this.#memory = memory;
    this.#builds = builds;
    this.#hydra = hydra;
    this.#output = output;
    const remembered = memory.get<string>(key);
    this.tree = new MachinesTree(machines, builds, hydra, groupings.find(each => each === remembered) ?? "network");
    this.#view = vscode.window.createTreeView(viewIds.machines, {
      treeDataProvider: this.tree,
      canSelectMany: true,
      showCollapseAll: true,
    });
    this.#subscriptions = [
      this.#view.onDidChangeVisibility(() => this.#becameVisible()),
      builds.onDidChangeStates(() => this.#keepTime()),
      hydra.onDidChange(() => this.#keepTime()),
      vscode.commands.registerCommand(internalCommands.goToSelectedMachine, () => this.#goToSelected()),
      vscode.commands.registerCommand(internalCommands.showHydraProblem, () => this.#showHydraProblem()),
    ];
    this.#describe();
  }

  get grouping(): Grouping {
    return this.tree.grouping;
  }

  /** Groups the machines, now and in the next windows of this workspace. */
  async group(by: Grouping): Promise<void> {
    this.tree.grouping = by;
    this.#describe();
    await this.#memory.update(key, by);
  }

  #describe(): void {
    this.#view.description = describe(this.grouping);
  }

  #becameVisible(): void {
    this.#hydra.watch(this.#view.visible);
    if (this.#view.visible) this.tree.refresh();
    this.#keepTime();
  }

  #keepTime(): void {
    const showsTime =
      this.#hydra.status.at !== undefined || this.#builds.summaries.some(({ stoppedAt }) => stoppedAt !== undefined);
    this.#ticker.run(this.#view.visible && showsTime);
  }

  async #showHydraProblem(): Promise<void> {
    const { problem } = this.#hydra.status;
    if (problem !== undefined) await showProblem(problem, this.#output, [], vscode.l10n.t("Hydra"));
  }

  async #goToSelected(): Promise<void> {
    const [row] = this.#view.selection;
    if (row?.kind === "machine") await runCommand(commandIds.revealMachine, { uri: row.uri, machine: row.machine });
  }

  dispose(): void {
    for (const part of [this.#ticker, ...this.#subscriptions, this.#view, this.tree]) part.dispose();
  }
}

/** The grouping, next to the title of the view; empty if the machines are not grouped. */
function describe(grouping: Grouping): string {
  if (grouping === "tag") return vscode.l10n.t("by tag");
  return grouping === "system" ? vscode.l10n.t("by system") : "";
}
