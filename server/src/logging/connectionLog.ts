import { type Connection, LogMessageNotification, MessageType } from "vscode-languageserver";
import { type Log, type LogLevel, logTo } from "./log.ts";

const types: Readonly<Record<LogLevel, MessageType>> = {
  error: MessageType.Error,
  warning: MessageType.Warning,
  info: MessageType.Info,
  debug: MessageType.Debug,
};

/** A repeated line is suppressed for this long (ms): something that fails every 100 ms must not fill the output. */
const quietFor = 60_000;

/** The most recent lines that are remembered. */
const maxRemembered = 200;

/** The log of one client, as `window/logMessage`. @param now epoch milliseconds */
export function connectionLog(connection: Pick<Connection, "sendNotification">, now = Date.now): Log {
  const writtenAt = new Map<string, number>();
  return logTo((level, line) => {
    const key = `${level} ${line}`;
    if (now() - (writtenAt.get(key) ?? Number.NEGATIVE_INFINITY) < quietFor) return;
    writtenAt.delete(key);
    writtenAt.set(key, now());
    const [oldest] = writtenAt.keys();
    if (writtenAt.size > maxRemembered && oldest !== undefined) writtenAt.delete(oldest);
    // Without a connection there is nowhere to write to.
    connection
      .sendNotification(LogMessageNotification.type, { type: types[level], message: line })
      .catch(() => undefined);
  });
}
