import * as vscode from "vscode";
import type { BuildSummary, Problem } from "../../../server/src/protocol.ts";
import { hasEnded } from "../builds/batches.ts";
import { signedText } from "../builds/signatures/text.ts";
import type { StartedBuilds } from "../builds/started.ts";
import { isUnfinished } from "../builds/state.ts";
import type { BuildsStore } from "../builds/store.ts";
import { failureUri } from "../failures/failureAddress.ts";
import { choiceSettings, commandIds } from "../manifest.ts";
import { type MessageAction, showFailure, showMessage } from "../problems/show.ts";
import { readChoice, runCommand } from "../registry.ts";
import type { BuildsView } from "../views/builds/buildsView.ts";
import { showEndedBatch } from "./endedBatches.ts";

/** Notifies when a build that this window started ends. A success is not reported while the Builds view is visible. */
export class EndedBuilds implements vscode.Disposable {
  readonly #started: StartedBuilds;
  readonly #view: BuildsView;
  readonly #output: vscode.LogOutputChannel;
  readonly #store: BuildsStore;
  readonly #subscription: vscode.Disposable;

  constructor(store: BuildsStore, view: BuildsView, started: StartedBuilds, output: vscode.LogOutputChannel) {
    this.#started = started;
    this.#view = view;
    this.#output = output;
    this.#store = store;
    this.#subscription = store.onDidChange(({ kind }) => {
      if (kind === "list") this.#look();
    });
  }

  /** Notifies when builds end, or immediately if they already have: once for those of a batch. */
  async follow(ids: readonly string[]): Promise<void> {
    await this.#started.add(ids);
    this.#look();
  }

  #look(): void {
    for (const id of this.#started.ids) {
      const summary = this.#store.summary(id);
      const batch = this.#store.batch(summary?.batch?.id ?? "");
      if (summary === undefined || isUnfinished(summary) || (batch !== undefined && !hasEnded(batch))) continue;
      if (!this.#started.take(batch?.builds.map(build => build.id) ?? [id])) continue;
      void (batch === undefined
        ? this.#notify(summary)
        : showEndedBatch(batch, this.#view.visible, () => this.#reveal(batch.id)));
    }
  }

  async #notify(summary: BuildSummary): Promise<void> {
    const { machine, state, failure } = summary;
    const policy = readChoice(choiceSettings.notify);
    if (policy === "never" || (policy === "failures" && state === "succeeded")) return;
    const actions = [showLog(summary)];
    if (state === "failed" && failure !== undefined) return this.#failed(summary, failure);
    if (state === "failed") return showMessage("error", vscode.l10n.t("{0}: build failed.", machine), actions);
    if (state === "lost") return showMessage("warning", lostText(machine), actions);
    if (state === "succeeded" && !this.#view.visible)
      return showMessage("info", successText(summary), [this.#show(summary)]);
  }

  /** The log opens at the line that decided. Without a derivation there is none. */
  #failed(summary: BuildSummary, failure: Problem): Promise<void> {
    const { machine, drvPath } = summary;
    const uri = failureUri(summary);
    const details = {
      title: vscode.l10n.t("Show Details"),
      run: () => vscode.commands.executeCommand("vscode.open", uri, {}),
    };
    return showFailure(failure, this.#output, machine, drvPath === undefined ? [] : [showLog(summary)], details);
  }

  #show({ id }: BuildSummary): MessageAction {
    return { title: vscode.l10n.t("Show Build"), run: () => this.#reveal(id) };
  }

  /** Shows a build or a batch that may be filtered out or removed by now. */
  async #reveal(id: string): Promise<void> {
    if (this.#store.summary(id) === undefined && this.#store.batch(id) === undefined)
      return void vscode.window.showInformationMessage(vscode.l10n.t("This build was removed."));
    if (this.#view.tree.row(id) === undefined) this.#view.setFilter({ kind: "all" });
    await this.#view.reveal(id);
  }

  dispose(): void {
    this.#subscription.dispose();
  }
}

function showLog({ id }: BuildSummary): MessageAction {
  return { title: vscode.l10n.t("Show Log"), run: () => runCommand(commandIds.showLog, { id }) };
}

function lostText(machine: string): string {
  return vscode.l10n.t(
    "{0}: the build was interrupted: Nix was killed, or the machine was restarted. Build again; completed work is kept.",
    machine,
  );
}

function successText({ machine, signatures, fromCache }: BuildSummary): string {
  // The output of its derivation is there now.
  if (fromCache === true) return vscode.l10n.t("{0}: fetched from cache. 'morph deploy' builds nothing.", machine);
  if (signatures === undefined) return vscode.l10n.t("{0}: build succeeded.", machine);
  return vscode.l10n.t("{0}: build succeeded, {1}.", machine, signedText(signatures, vscode.l10n));
}
