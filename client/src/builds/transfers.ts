import type { TransferState } from "../../../server/src/protocol.ts";

/** A path is fetched to this machine, sent from it, or copied between two other stores. */
export type Direction = "fetch" | "send" | "copy";

/** What different versions of Nix call this machine's own store. */
const own = new Set(["", "local", "daemon", "auto", "unix://"]);

/** Whether a URI is that of this machine's own store. */
export function isOwnStore(uri: string): boolean {
  return own.has(uri);
}

export function directionOf({ from = "", to = "" }: TransferState): Direction {
  if (isOwnStore(to)) return "fetch";
  return isOwnStore(from) ? "send" : "copy";
}

const ranks: Readonly<Record<TransferState["state"], number>> = { running: 0, failed: 1, done: 2 };

/** Running transfers first, then failed, then finished ones; each the newest first. */
export function arrangeTransfers(transfers: readonly TransferState[]): TransferState[] {
  return transfers.toReversed().sort((a, b) => ranks[a.state] - ranks[b.state]);
}
