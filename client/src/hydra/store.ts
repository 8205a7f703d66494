import * as vscode from "vscode";
import type { HydraMachine, HydraStatus } from "../../../server/src/protocol.ts";
import type { LanguageServer } from "../languageServer.ts";

const nothing: HydraStatus = { machines: {} };

/** What the server has published about the machines on Hydra. Hydra is asked only while a view shows it. */
export class HydraStore implements vscode.Disposable {
  readonly #server: LanguageServer;
  readonly #change = new vscode.EventEmitter<void>();
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly onDidChange = this.#change.event;
  #status = nothing;
  #isWatched = false;

  constructor(server: LanguageServer) {
    this.#server = server;
    this.#subscriptions = [
      server.listen("morph/hydraDidChange", status => this.#become(status)),
      server.onDidStart(() => this.#watch()),
      vscode.window.onDidChangeWindowState(({ focused }) => {
        if (focused && this.#isWatched) void this.refresh();
      }),
    ];
  }

  /** Without a server, the last known one. */
  get status(): HydraStatus {
    return this.#status;
  }

  /** What Hydra knows about a machine. */
  machine(uri: string, name: string): HydraMachine | undefined {
    return this.#status.machines[uri]?.find(({ machine }) => machine === name);
  }

  /** Whether a view shows the status: then it is kept up to date. */
  watch(on: boolean): void {
    if (this.#isWatched === on) return;
    this.#isWatched = on;
    this.#watch();
  }

  /** Asks Hydra now. Never rejects. */
  async refresh(): Promise<void> {
    const status = await this.#server.request("morph/hydraStatus", { refresh: true }).catch(() => undefined);
    if (status !== undefined) this.#become(status);
  }

  /** Without a server, this is repeated when the next one has started. */
  #watch(): void {
    void this.#server.request("morph/watchHydra", { on: this.#isWatched }).catch(() => undefined);
  }

  #become(status: HydraStatus): void {
    this.#status = status;
    this.#change.fire();
  }

  dispose(): void {
    for (const part of [...this.#subscriptions, this.#change]) part.dispose();
  }
}
