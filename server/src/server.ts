import type { Connection } from "vscode-languageserver";
import { connectionLog } from "./logging/connectionLog.ts";
import type { Log } from "./logging/log.ts";
import { initializeResult } from "./session/client/capabilities.ts";
import { type Session, sessionFactory } from "./session/session.ts";

/** A server that serves one client. */
export interface Server {
  readonly log: Log;
  /** Logs and reports an error that no caller handled. The server keeps running. */
  didFail(error: unknown): void;
}

/** Serves one client. @param dist the folder of the built files. */
export function startServer(connection: Connection, dist: string): Server {
  const log = connectionLog(connection);
  const createSession = sessionFactory(dist);
  let session: Session | undefined;
  connection.onInitialize(async params => {
    session = await createSession(connection, log, params);
    return initializeResult(session.traits);
  });
  connection.onInitialized(() => void session?.start());
  connection.onShutdown(() => session?.stop());
  connection.listen();
  return {
    log,
    didFail: error => {
      log.error("Internal error of the language server", error);
      session?.didFail();
    },
  };
}
