import * as vscode from "vscode";
import { Throttle } from "../../../../server/src/common/throttle.ts";
import type { Health, ToolchainReport } from "../../../../server/src/protocol.ts";
import { hasEnded } from "../../builds/batches.ts";
import type { BuildsStore } from "../../builds/store.ts";
import type { RunningEvaluations } from "../../machines/runningEvaluations.ts";
import type { MachinesStore } from "../../machines/store.ts";
import { commandIds, contextKeys } from "../../manifest.ts";
import { setContextKey } from "../../registry.ts";
import type { Session } from "../../session/session.ts";
import { systemTimers } from "../../util/timers.ts";
import type { Status } from "./status.ts";
import { hoverCommands, statusHover } from "./statusHover.ts";
import { type MenuEntry, statusMenu } from "./statusMenu.ts";
import { statusText } from "./statusText.ts";

const backgrounds = {
  ok: undefined,
  warning: new vscode.ThemeColor("statusBarItem.warningBackground"),
  error: new vscode.ThemeColor("statusBarItem.errorBackground"),
} as const;

/** Minimum time between two updates of the item (ms). */
const period = 1000;

interface MenuItem extends vscode.QuickPickItem {
  readonly entry?: MenuEntry;
}

/** The status bar item, always shown: server, Nix, what runs. Its hover has the details, and a click offers what can be done. */
export class StatusItem implements vscode.Disposable {
  readonly #session: Session;
  readonly #machines: MachinesStore;
  readonly #evaluations: RunningEvaluations;
  readonly #builds: BuildsStore;
  readonly #item = vscode.window.createStatusBarItem("morph.status", vscode.StatusBarAlignment.Left);
  readonly #shows = new Throttle(period, () => this.#show(), systemTimers);
  readonly #subscriptions: readonly vscode.Disposable[];
  #health: Health | undefined;
  #toolchain: ToolchainReport | undefined;
  #shown = "";

  constructor(session: Session, machines: MachinesStore, evaluations: RunningEvaluations, builds: BuildsStore) {
    this.#session = session;
    this.#machines = machines;
    this.#evaluations = evaluations;
    this.#builds = builds;
    this.#item.name = vscode.l10n.t("Morph");
    this.#item.command = commandIds.showStatus;
    this.#subscriptions = [
      session.onDidChangeState(() => this.#sessionChanged()),
      session.listen("morph/health", health => this.#healthChanged(health)),
      session.listen("morph/toolchainDidChange", report => {
        this.#toolchain = report;
        this.#shows.request();
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#shows.request()),
      machines.onDidChange(() => this.#shows.request()),
      evaluations.onDidChange(() => this.#shows.request()),
      builds.onDidChange(() => this.#shows.request()),
    ];
    this.#show();
    this.#item.show();
  }

  /** The current text. */
  get text(): string {
    return statusText(this.#status(), vscode.l10n).text;
  }

  /** The current hover, as Markdown. */
  get hover(): string {
    return statusHover(this.#status(), vscode.l10n);
  }

  /** Offers what the user may want, and runs what they choose. */
  async showMenu(): Promise<void> {
    const groups = statusMenu(this.#status(), vscode.l10n).map(group => group.map(toItem));
    const separator: MenuItem = { label: "", kind: vscode.QuickPickItemKind.Separator };
    const items = groups.flatMap((group, index) => (index === 0 ? group : [separator, ...group]));
    const title = statusText(this.#status(), vscode.l10n).label;
    const picked = await vscode.window.showQuickPick(items, { title });
    if (picked?.entry === undefined) return;
    await vscode.commands.executeCommand(picked.entry.command, ...(picked.entry.arguments ?? []));
  }

  #sessionChanged(): void {
    this.#health = undefined;
    this.#toolchain = undefined;
    setContextKey(contextKeys.session, this.#session.state);
    this.#shows.request();
  }

  #healthChanged(health: Health): void {
    this.#health = health;
    setContextKey(contextKeys.nixMissing, health.code === "no-nix");
    setContextKey(contextKeys.onlyFlake, health.code === "only-flake");
    this.#shows.request();
  }

  #status(): Status {
    return {
      version: this.#session.version,
      session: this.#session.state,
      isTrusted: vscode.workspace.isTrusted,
      health: this.#health,
      toolchain: this.#toolchain,
      hasNetworks: (this.#machines.networks ?? []).length > 0,
      evaluations: this.#evaluations.list,
      builds: this.#builds.unfinished,
      batches: [...this.#builds.batches.values()].filter(batch => !hasEnded(batch)),
    };
  }

  /** Does not send again what is already shown. */
  #show(): void {
    const status = this.#status();
    const { text, label, severity } = statusText(status, vscode.l10n);
    const hover = statusHover(status, vscode.l10n);
    const now = JSON.stringify([text, label, severity, hover]);
    if (now === this.#shown) return;
    this.#shown = now;
    this.#item.text = text;
    this.#item.tooltip = tooltip(hover);
    this.#item.accessibilityInformation = { label };
    this.#item.backgroundColor = backgrounds[severity];
  }

  dispose(): void {
    for (const part of [...this.#subscriptions, this.#shows, this.#item]) part.dispose();
  }
}

function tooltip(markdown: string): vscode.MarkdownString {
  const text = new vscode.MarkdownString(markdown, true);
  text.isTrusted = { enabledCommands: hoverCommands };
  return text;
}

function toItem(entry: MenuEntry): MenuItem {
  return { label: entry.label, iconPath: new vscode.ThemeIcon(entry.icon), entry };
}
