import * as vscode from "vscode";
import type { BuildSummary } from "../../../server/src/protocol.ts";
import { commandIds } from "../manifest.ts";
import type { StartedBuilds } from "../operations/startedBuilds.ts";
import { type MessageAction, showMessage } from "../problems/show.ts";
import { notifyPolicy } from "../settings.ts";
import type { BuildsStore } from "../views/builds/buildsStore.ts";

/** Tells once what was found before a build that this window started: it may take hours, or the disk may become full. */
export class BuildWarnings implements vscode.Disposable {
  readonly #builds: BuildsStore;
  readonly #started: StartedBuilds;
  readonly #told = new Set<string>();
  readonly #subscription: vscode.Disposable;

  constructor(builds: BuildsStore, started: StartedBuilds) {
    this.#builds = builds;
    this.#started = started;
    this.#subscription = builds.onDidChange(() => this.#look());
  }

  #look(): void {
    for (const id of this.#started.ids) {
      const build = this.#builds.summary(id);
      if (build?.warnings === undefined || this.#told.has(id)) continue;
      this.#told.add(id);
      if (notifyPolicy() === "always") void tell(build);
    }
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}

function tell({ id, machine, warnings = [] }: BuildSummary): Promise<void> {
  const cancel: MessageAction = {
    title: vscode.l10n.t("Cancel Build"),
    run: () => vscode.commands.executeCommand(commandIds.cancelBuild, { id }),
  };
  return showMessage("warning", `${machine}: ${warnings.map(({ message }) => message).join(" ")}`, [cancel]);
}
