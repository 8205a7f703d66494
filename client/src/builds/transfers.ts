import type { TransferState } from "../../../server/src/protocol.ts";
import type { Localiser } from "../localiser.ts";
import { bytesText } from "../text/bytes.ts";
import { storeName } from "../text/storeNames.ts";

/** What happens to a path: it is fetched to here, sent from here, or copied between two others. */
export type Direction = "fetch" | "send" | "copy";

/** This machine's own store, as Nix calls it in its versions. */
const own = new Set(["", "local", "daemon", "auto", "unix://"]);

export function directionOf({ from = "", to = "" }: TransferState): Direction {
  if (own.has(to)) return "fetch";
  return own.has(from) ? "send" : "copy";
}

/** `from https://cache.example.org · 1.2 MiB of 3.0 MiB`, `to ssh-ng://builder · 14.0 KiB` */
export function transferDescription(transfer: TransferState, l10n: Localiser): string {
  const { from = "", to = "", state, done, expected } = transfer;
  const bytes =
    state === "running" && expected !== undefined && expected > done
      ? l10n.t("{0} of {1}", bytesText(done, l10n), bytesText(expected, l10n))
      : bytesText(done, l10n);
  return [
    ...(state === "failed" ? [l10n.t("failed")] : []),
    ...(own.has(from) ? [] : [l10n.t("from {0}", place(from))]),
    ...(own.has(to) ? [] : [l10n.t("to {0}", place(to))]),
    // Nix counts the bytes of some copies only.
    ...(done === 0 && state !== "running" ? [] : [bytes]),
  ].join(" · ");
}

/** Nix does not always say to which host it copies: `ssh-ng://`. */
function place(uri: string): string {
  return storeName(uri).replace(/:\/\/$/, "");
}

const ranks: Readonly<Record<TransferState["state"], number>> = { running: 0, failed: 1, done: 2 };

/** What runs first, then what failed, then what is done; of each the newest first. */
export function arrangeTransfers(transfers: readonly TransferState[]): TransferState[] {
  return transfers.toReversed().sort((a, b) => ranks[a.state] - ranks[b.state]);
}

/** Tells a transfer from the others of its build. */
export function transferKey({ from = "", to = "", path }: TransferState): string {
  return `${from} ${to} ${path}`;
}
