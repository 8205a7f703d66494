import type { TransferState } from "../../../server/src/protocol.ts";

/** What happens to a path: it is fetched to here, sent from here, or copied between two others. */
export type Direction = "fetch" | "send" | "copy";

/** This machine's own store, as Nix calls it in its versions. */
const own = new Set(["", "local", "daemon", "auto", "unix://"]);

/** Whether a store's URI is that of this machine's own. */
export function isOwnStore(uri: string): boolean {
  return own.has(uri);
}

export function directionOf({ from = "", to = "" }: TransferState): Direction {
  if (isOwnStore(to)) return "fetch";
  return isOwnStore(from) ? "send" : "copy";
}

const ranks: Readonly<Record<TransferState["state"], number>> = { running: 0, failed: 1, done: 2 };

/** What runs first, then what failed, then what is done; of each the newest first. */
export function arrangeTransfers(transfers: readonly TransferState[]): TransferState[] {
  return transfers.toReversed().sort((a, b) => ranks[a.state] - ranks[b.state]);
}
