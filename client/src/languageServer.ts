import type { CancellationToken, Disposable, Event } from "vscode";
import type { Health, Requests, ServerNotifications } from "../../server/src/protocol.ts";

/** The language server as the rest of the client sees it: typed requests and notifications, and an event for each start. */
export interface LanguageServer {
  /** Fires whenever a server is ready: the first one, and after every restart. Earlier data may be out of date. */
  readonly onDidStart: Event<void>;

  /** Fires whenever a server that was ready is gone. What it was doing for us has ended; builds continue. */
  readonly onDidStop: Event<void>;

  /** The last health that the server has published. */
  readonly health: Health | undefined;

  /** Rejects with a ResponseError, which may contain a `Problem`, or because the server is gone. */
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
