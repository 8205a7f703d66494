import * as vscode from "vscode";
import type { Health } from "../../../../server/src/protocol.ts";
import type { BuildsStore } from "../../builds/store.ts";
import { commandIds, contextKeys, viewIds } from "../../manifest.ts";
import { setContextKey } from "../../registry.ts";
import type { Session } from "../../session/session.ts";
import { firstFix, type StatusText, statusText } from "./statusText.ts";

const backgrounds = {
  ok: undefined,
  warning: new vscode.ThemeColor("statusBarItem.warningBackground"),
  error: new vscode.ThemeColor("statusBarItem.errorBackground"),
} as const;

/** The status bar item: the server's health, and the running builds. */
export class StatusItem implements vscode.Disposable {
  readonly #session: Session;
  readonly #builds: BuildsStore;
  readonly #item = vscode.window.createStatusBarItem("morph.status", vscode.StatusBarAlignment.Left);
  readonly #subscriptions: readonly vscode.Disposable[];
  #health: Health | undefined;

  constructor(session: Session, builds: BuildsStore) {
    this.#session = session;
    this.#builds = builds;
    this.#item.name = vscode.l10n.t("Morph");
    this.#subscriptions = [
      session.onDidChangeState(() => this.#sessionChanged()),
      session.listen("morph/health", health => this.#healthChanged(health)),
      builds.onDidChange(() => this.#show()),
    ];
  }

  /** The current text; undefined while the item is hidden. */
  get text(): string | undefined {
    return this.#status()?.text;
  }

  #sessionChanged(): void {
    this.#health = undefined;
    setContextKey(contextKeys.session, this.#session.state);
    this.#show();
  }

  #healthChanged(health: Health): void {
    this.#health = health;
    setContextKey(contextKeys.nixMissing, health.code === "no-nix");
    setContextKey(contextKeys.onlyFlake, health.code === "only-flake");
    this.#show();
  }

  #status(): StatusText | undefined {
    const { state: session } = this.#session;
    return statusText({ session, health: this.#health, builds: this.#builds.unfinished }, vscode.l10n);
  }

  #show(): void {
    const status = this.#status();
    if (status === undefined) {
      this.#item.hide();
      return;
    }
    this.#item.text = status.text;
    this.#item.tooltip = status.tooltip;
    this.#item.accessibilityInformation = { label: status.label };
    this.#item.backgroundColor = backgrounds[status.severity];
    this.#item.command = this.#command(status.action);
    this.#item.show();
  }

  #command(action: StatusText["action"]): string | vscode.Command {
    switch (action) {
      case "restart":
        return commandIds.restartServer;
      case "builds":
        return `${viewIds.builds}.focus`;
      case "output":
        return commandIds.showOutput;
      case "health": {
        const fix = this.#health && firstFix(this.#health, vscode.l10n);
        if (fix === undefined) return commandIds.showOutput;
        return { title: fix.title, command: fix.command, arguments: fix.arguments ?? [] };
      }
    }
  }

  dispose(): void {
    for (const part of [...this.#subscriptions, this.#item]) part.dispose();
  }
}
