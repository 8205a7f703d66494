import * as vscode from "vscode";
import { CloseAction, ErrorAction, type ErrorHandler, type Middleware, State } from "vscode-languageclient/node";
import type { ClientNotifications, Requests, ServerNotifications } from "../../server/src/protocol.ts";
import type { LanguageServer } from "./languageServer.ts";
import { clientOptions, serverOptions } from "./session/clientOptions.ts";
import { CrashPolicy } from "./session/crashPolicy.ts";
import { Notifications } from "./session/notifications.ts";
import { QuietClient } from "./session/quietClient.ts";

export type SessionState = "starting" | "running" | "stopped";

/** Why a server is not there any more though nobody asked it to go. */
export type SessionFailure = "restarted" | "crashed too often" | "did not start";

/** The language server's life: start, crash, restart, stop. It tells what happened; others show it. */
export class Session implements LanguageServer, vscode.Disposable {
  readonly output = vscode.window.createOutputChannel("Morph Networks", { log: true });
  readonly #context: vscode.ExtensionContext;
  readonly #middleware: Middleware;
  readonly #notifications = new Notifications();
  readonly #crashes = new CrashPolicy();
  readonly #stateChange = new vscode.EventEmitter<SessionState>();
  readonly #start = new vscode.EventEmitter<void>();
  readonly #failure = new vscode.EventEmitter<SessionFailure>();
  readonly onDidChangeState = this.#stateChange.event;
  readonly onDidStart = this.#start.event;
  readonly onDidFail = this.#failure.event;
  #client: QuietClient | undefined;
  #starting: Promise<void> = Promise.resolve();
  #state: SessionState = "stopped";
  #restartsAfterCrash = false;

  constructor(context: vscode.ExtensionContext, middleware: Middleware) {
    this.#context = context;
    this.#middleware = middleware;
  }

  get state(): SessionState {
    return this.#state;
  }

  /** The process id of the server. */
  get pid(): number | undefined {
    return this.#client?.serverProcess?.pid;
  }

  /** Starts a server. Resolves when it is ready or has failed, which `onDidFail` tells. */
  start(): Promise<void> {
    const handler: ErrorHandler = {
      error: (_error, _message, count) => this.#connectionError(count),
      closed: () => this.#closed(),
    };
    const options = clientOptions(this.#context, this.output, handler, this.#middleware);
    const client = new QuietClient("morph", "Morph Networks", serverOptions(this.#context), options);
    this.#client = client;
    this.#notifications.receiveFrom(client);
    client.onDidChangeState(({ newState }) => {
      if (client === this.#client) this.#clientChanged(newState);
    });
    // The failure has its own event.
    this.#starting = client.start().catch(() => undefined);
    return this.#starting;
  }

  /** Stops the server, if there is one, and starts a new one. */
  async restart(): Promise<void> {
    this.#crashes.forget();
    await this.stop();
    await this.start();
  }

  /** Resolves when the server is gone; what it left running goes on. */
  async stop(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    // A start that hangs would make us wait for ever.
    if (this.#state === "starting") client?.serverProcess?.kill();
    await this.#starting;
    // A client that failed to start or whose server is gone has nothing to stop.
    await client?.dispose().catch(() => undefined);
    this.#become("stopped");
  }

  request<M extends keyof Requests>(
    method: M,
    params: Requests[M]["params"],
    token?: vscode.CancellationToken,
  ): Promise<Requests[M]["result"]> {
    if (this.#client === undefined)
      return Promise.reject(new Error(vscode.l10n.t("The language server is not running.")));
    return this.#client.sendRequest<Requests[M]["result"]>(method, params, token);
  }

  /** Tells a server that is there or on its way; the next one learns all it needs at its start. */
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

  #connectionError(count: number | undefined): { action: ErrorAction } {
    return { action: count !== undefined && count <= 3 ? ErrorAction.Continue : ErrorAction.Shutdown };
  }

  #closed(): { action: CloseAction; handled: true } {
    // The library cannot restart a client that is still starting; that failure comes as a state.
    if (this.#state === "starting") return { action: CloseAction.DoNotRestart, handled: true };
    this.#restartsAfterCrash = this.#crashes.mayRestart(Date.now());
    if (!this.#restartsAfterCrash) this.#failure.fire("crashed too often");
    return { action: this.#restartsAfterCrash ? CloseAction.Restart : CloseAction.DoNotRestart, handled: true };
  }

  #clientChanged(state: State): void {
    switch (state) {
      case State.Starting:
        this.#become("starting");
        return;
      case State.Running:
        this.#become("running");
        this.#start.fire();
        if (this.#restartsAfterCrash) this.#failure.fire("restarted");
        this.#restartsAfterCrash = false;
        return;
      case State.StartFailed:
        this.#restartsAfterCrash = false;
        this.#become("stopped");
        this.#failure.fire("did not start");
        return;
      case State.Stopped:
        this.#become(this.#restartsAfterCrash ? "starting" : "stopped");
    }
  }

  #become(state: SessionState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#stateChange.fire(state);
  }

  dispose(): void {
    for (const part of [this.#notifications, this.#stateChange, this.#start, this.#failure, this.output])
      part.dispose();
  }
}
