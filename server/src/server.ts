import type { Connection } from "vscode-languageserver";
import { initializeResult } from "./capabilities.ts";
import { createSession, type Session } from "./session.ts";

/** Serves one client. @param dist the folder of the built files. */
export function startServer(connection: Connection, dist: string): void {
  let session: Session | undefined;
  connection.onInitialize(async params => {
    session = await createSession(connection, dist, params);
    return initializeResult;
  });
  connection.onInitialized(() => void session?.start());
  connection.onShutdown(() => session?.stop());
  connection.listen();
}
