import type { Connection } from "vscode-languageserver";
import type { Log } from "../../logging/log.ts";
import type { ServerNotifications } from "../../protocol.ts";

/** Sends a notification beyond standard LSP. A failure is ignored: the client is gone. */
export type Notify = <Method extends keyof ServerNotifications>(
  method: Method,
  params: ServerNotifications[Method],
) => void;

export function notifier(connection: Pick<Connection, "sendNotification">, log: Log): Notify {
  return (method, params) => {
    connection.sendNotification(method, params).catch(error => log.debug(`${method} was not sent`, error));
  };
}
