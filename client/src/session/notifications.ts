import * as vscode from "vscode";
import type { LanguageClient } from "vscode-languageclient/node";
import type { ServerNotifications } from "../../../server/src/protocol.ts";
import { Answers } from "./answers.ts";

type Emitters = { readonly [M in keyof ServerNotifications]: vscode.EventEmitter<ServerNotifications[M]> };

/** The server's notifications as events that outlive the client receiving them, and the answers to its requests. */
export class Notifications implements vscode.Disposable {
  readonly answers = new Answers();
  readonly #emitters: Emitters = {
    "morph/networkDidChange": new vscode.EventEmitter(),
    "morph/evaluationDidProgress": new vscode.EventEmitter(),
    "morph/buildDidChange": new vscode.EventEmitter(),
    "morph/outdatedBuildsDidChange": new vscode.EventEmitter(),
    "morph/buildersDidChange": new vscode.EventEmitter(),
    "morph/toolchainDidChange": new vscode.EventEmitter(),
    "morph/health": new vscode.EventEmitter(),
    "morph/copyDidProgress": new vscode.EventEmitter(),
    "morph/hydraDidChange": new vscode.EventEmitter(),
  };

  listen<M extends keyof ServerNotifications>(
    method: M,
    listener: (params: ServerNotifications[M]) => void,
  ): vscode.Disposable {
    return this.#emitters[method].event(listener);
  }

  /** Forwards the notifications of this client from now on. */
  receiveFrom(client: LanguageClient): void {
    this.answers.receiveFrom(client);
    this.#forward(client, "morph/networkDidChange");
    this.#forward(client, "morph/evaluationDidProgress");
    this.#forward(client, "morph/buildDidChange");
    this.#forward(client, "morph/outdatedBuildsDidChange");
    this.#forward(client, "morph/buildersDidChange");
    this.#forward(client, "morph/toolchainDidChange");
    this.#forward(client, "morph/health");
    this.#forward(client, "morph/copyDidProgress");
    this.#forward(client, "morph/hydraDidChange");
  }

  #forward<M extends keyof ServerNotifications>(client: LanguageClient, method: M): void {
    client.onNotification(method, (params: ServerNotifications[M]) => this.#emitters[method].fire(params));
  }

  dispose(): void {
    for (const emitter of Object.values(this.#emitters)) emitter.dispose();
  }
}
