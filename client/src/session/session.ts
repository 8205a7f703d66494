import * as vscode from "vscode";
import type { ClientNotifications, Health, Requests, ServerNotifications } from "../../../server/src/protocol.ts";
import type { LanguageServer } from "../languageServer.ts";
import { CrashPolicy } from "./crashPolicy.ts";
import { extensionVersion } from "./extensionVersion.ts";
import type { ClientState } from "./life.ts";
import { Notifications } from "./notifications.ts";
import type { QuietClient } from "./quietClient.ts";
import { RecentLines } from "./recentLines.ts";
import { RecordedOutput } from "./recordedOutput.ts";

export type SessionState = "starting" | "running" | "stopped";

/** Why a server exited unexpectedly. */
export type SessionFailure = "restarted" | "crashed too often" | "did not start";

/** The life cycle of the language server: start, crash, restart, stop. Reports failures by events; others show them. */
export class Session implements LanguageServer, vscode.Disposable {
  /** The last lines of the output. */
  readonly recent = new RecentLines();
  readonly output: vscode.LogOutputChannel = new RecordedOutput(
    vscode.window.createOutputChannel("Morph Networks", { log: true }),
    this.recent,
  );
  readonly #context: vscode.ExtensionContext;
  readonly #notifications = new Notifications();
  readonly answers = this.#notifications.answers;
  readonly #crashes = new CrashPolicy();
  readonly #stateChange = new vscode.EventEmitter<SessionState>();
  readonly #start = new vscode.EventEmitter<void>();
  readonly #stop = new vscode.EventEmitter<void>();
  readonly #failure = new vscode.EventEmitter<SessionFailure>();
  readonly onDidChangeState = this.#stateChange.event;
  readonly onDidStart = this.#start.event;
  readonly onDidStop = this.#stop.event;
  readonly onDidFail = this.#failure.event;
  #client: QuietClient | undefined;
  #starting: Promise<void> = Promise.resolve();
  #state: SessionState = "stopped";
  #restartsAfterCrash = false;
  #health: Health | undefined;
  readonly #healthListener: vscode.Disposable;

  constructor(context: vscode.ExtensionContext) {
    this.#context = context;
    this.#healthListener = this.listen("morph/health", health => {
      this.#health = health;
    });
  }

  /** The last health that the server has published. */
  get health(): Health | undefined {
    return this.#health;
  }

  /** The extension's version. */
  get version(): string {
    return extensionVersion(this.#context);
  }

  get state(): SessionState {
    return this.#state;
  }

  /** The process id of the server. */
  get pid(): number | undefined {
    return this.#client?.serverProcess?.pid;
  }

  /** Starts a server. Resolves when it is ready or has failed, which `onDidFail` reports. */
  start(): Promise<void> {
    // A failure is reported by the event.
    this.#starting = this.#create().catch(error => this.output.error(String(error)));
    return this.#starting;
  }

  async #create(): Promise<void> {
    // The library is large: it is loaded only after activation.
    const { createClient } = await import("./createClient.ts");
    const client: QuietClient = createClient(this.#context, this.output, {
      restartsAfterCrash: () => this.#crashed(),
      changed: state => {
        if (client === this.#client) this.#clientChanged(state);
      },
    });
    this.#client = client;
    this.#notifications.receiveFrom(client);
    await client.start();
  }

  /** Stops the server, if it is running, and starts a new one. */
  async restart(): Promise<void> {
    this.#crashes.forget();
    await this.stop();
    await this.start();
  }

  /** Resolves when the server is gone; its builds continue. */
  async stop(): Promise<void> {
    const present = this.#client;
    this.#client = undefined;
    // A start that hangs would make us wait forever.
    if (this.#state === "starting") present?.serverProcess?.kill();
    await this.#starting;
    const clients = new Set([present, this.#client]);
    this.#client = undefined;
    // A client that failed to start or whose server is gone has nothing to stop.
    for (const client of clients) await client?.dispose().catch(() => undefined);
    this.#become("stopped");
  }

  request<M extends keyof Requests>(
    method: M,
    params: Requests[M]["params"],
    token?: vscode.CancellationToken,
  ): Promise<Requests[M]["result"]> {
    if (this.#client === undefined)
      return Promise.reject(new Error(vscode.l10n.t("The language server is not running.")));
    // The library would send an undefined token as a second parameter.
    const cancellation = token === undefined ? [] : ([token] as const);
    return this.#client.sendRequest<Requests[M]["result"]>(method, params, ...cancellation);
  }

  /** Notifies a server that is running or starting; later ones get everything in their initialization options. */
  async notify<M extends keyof ClientNotifications>(method: M, params: ClientNotifications[M]): Promise<void> {
    await this.#starting;
    if (this.#state === "running") await this.#client?.sendNotification(method, params);
  }

  listen<M extends keyof ServerNotifications>(
    method: M,
    listener: (params: ServerNotifications[M]) => void,
  ): vscode.Disposable {
    return this.#notifications.listen(method, listener);
  }

  #crashed(): boolean {
    // The library cannot restart a client that is still starting; that failure is reported as a state.
    if (this.#state === "starting") return false;
    this.#restartsAfterCrash = this.#crashes.mayRestart(Date.now());
    if (!this.#restartsAfterCrash) this.#failure.fire("crashed too often");
    return this.#restartsAfterCrash;
  }

  #clientChanged(state: ClientState): void {
    switch (state) {
      case "starting":
        this.#become("starting");
        return;
      case "running":
        this.#become("running");
        this.#start.fire();
        if (this.#restartsAfterCrash) this.#failure.fire("restarted");
        this.#restartsAfterCrash = false;
        return;
      case "failed":
        this.#restartsAfterCrash = false;
        this.#become("stopped");
        this.#failure.fire("did not start");
        return;
      case "stopped":
        this.#become(this.#restartsAfterCrash ? "starting" : "stopped");
    }
  }

  #become(state: SessionState): void {
    const before = this.#state;
    if (state === before) return;
    this.#state = state;
    if (state === "starting") this.#health = undefined;
    this.#stateChange.fire(state);
    if (before === "running") this.#stop.fire();
  }

  dispose(): void {
    for (const part of [
      this.#healthListener,
      this.#notifications,
      this.#stateChange,
      this.#start,
      this.#stop,
      this.#failure,
      this.output,
    ])
      part.dispose();
  }
}
