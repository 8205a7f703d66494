import type { CancellationToken, Disposable, Event } from "vscode";
import type { Requests, ServerNotifications } from "../../server/src/protocol.ts";

/** The language server as the rooms of the client see it: typed requests, typed notifications, and when it is there. */
export interface LanguageServer {
  /** Each time a server is ready: the first one, and after every restart. What was known before may be out of date. */
  readonly onDidStart: Event<void>;

  /** Rejects with a ResponseError, perhaps one that holds a `Problem`; or because the server is gone. */
  request<M extends keyof Requests>(
    method: M,
    params: Requests[M]["params"],
    token?: CancellationToken,
  ): Promise<Requests[M]["result"]>;

  listen<M extends keyof ServerNotifications>(
    method: M,
    listener: (params: ServerNotifications[M]) => void,
  ): Disposable;
}
