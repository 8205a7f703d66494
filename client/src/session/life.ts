/** What the library's client tells of the server that it runs. */
export type ClientState = "starting" | "running" | "failed" | "stopped";

/** What a client asks and tells while it lives. */
export interface ClientLife {
  /** The server is gone though nobody asked it to go: whether to start it again. */
  restartsAfterCrash(): boolean;
  changed(state: ClientState): void;
}
