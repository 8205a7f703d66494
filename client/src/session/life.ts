/** The state of a server, as reported by the library's client. */
export type ClientState = "starting" | "running" | "failed" | "stopped";

/** Callbacks of a client. */
export interface ClientLife {
  /** The server exited unexpectedly. Returns whether to restart it. */
  restartsAfterCrash(): boolean;
  changed(state: ClientState): void;
}
