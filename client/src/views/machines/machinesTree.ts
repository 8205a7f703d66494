import * as vscode from "vscode";
import type { BuildsChange } from "../../builds/model.ts";
import type { BuildsStore } from "../../builds/store.ts";
import type { HydraStore } from "../../hydra/store.ts";
import type { NetworksChange } from "../../machines/changes.ts";
import type { Grouping } from "../../machines/groups.ts";
import type { MachinesStore } from "../../machines/store.ts";
import { RowsTree } from "../rowsTree.ts";
import { hydraProblemRows } from "./rows/hydra.ts";
import { kindOf, type MachinesRow } from "./rows/kinds.ts";
import { networkRow } from "./rows/network.ts";
import type { RowContext } from "./rows/row.ts";

/** The Machines view: network files, with their machines below, in groups if the user has chosen that. */
export class MachinesTree extends RowsTree<MachinesRow, RowContext> {
  readonly #builds: BuildsStore;
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor(store: MachinesStore, builds: BuildsStore, hydra: HydraStore, grouping: Grouping) {
    const source = {
      kindOf,
      top: (context: RowContext) => {
        const { networks = [] } = context.store;
        // Without a network, the view says what to do instead.
        return networks.length === 0
          ? []
          : [...networks.map(({ uri }) => networkRow(uri)), ...hydraProblemRows(context)];
      },
      topOf: ({ uri }: MachinesRow) => uri,
    };
    super(source, {
      store,
      builds,
      hydra,
      grouping,
      l10n: vscode.l10n,
      pathOf: uri => vscode.workspace.asRelativePath(vscode.Uri.parse(uri, true)),
      now: Date.now,
    });
    this.#builds = builds;
    this.#subscriptions = [
      store.onDidChange(change => this.#networksChanged(change)),
      builds.onDidChange(change => this.#buildsChanged(change)),
      builds.onDidChangeOutdated(() => this.refresh()),
      hydra.onDidChange(() => this.refreshAll()),
    ];
  }

  get grouping(): Grouping {
    return this.context.grouping;
  }

  set grouping(grouping: Grouping) {
    this.context = { ...this.context, grouping };
    this.redraw();
  }

  /** Refreshes the rows that look different now, such as those that show how long ago something was. */
  refresh(): void {
    this.refreshRows(this.rows.filter(({ kind }) => kind === "machine" || kind === "hydra"));
  }

  #networksChanged(change: NetworksChange): void {
    if (change.kind === "networks") this.refreshRows(change.uris.map(uri => this.keep(networkRow(uri))));
    if (change.kind === "list") this.redraw();
  }

  /** When a build starts or ends, it becomes the last one of its machine. A machine shows no derivations. */
  #buildsChanged(change: BuildsChange): void {
    if (change.kind === "list") return this.refresh();
    const build = change.kind === "build" ? this.#builds.summary(change.id) : undefined;
    if (build === undefined) return;
    const { uri, machine } = build;
    this.refreshRows(this.rows.filter(row => row.kind === "machine" && row.uri === uri && row.machine === machine));
  }

  override dispose(): void {
    for (const part of this.#subscriptions) part.dispose();
    super.dispose();
  }
}
