import { bytesText } from "../../../../../server/src/common/bytes.ts";
import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import { inlineCode } from "../../../../../server/src/common/markdown.ts";
import { storePathName } from "../../../../../server/src/common/storePath.ts";
import { transferKey } from "../../../../../server/src/common/transferKey.ts";
import type { TransferState } from "../../../../../server/src/protocol.ts";
import { failureIcon, transferIcons } from "../../../builds/icons.ts";
import { directionOf, isOwnStore } from "../../../builds/transfers.ts";
import { itemWords } from "../../../manifest.ts";
import { factsMarkdown } from "../../../text/facts.ts";
import { storeAddress, storeName } from "../../../text/storeNames.ts";
import { spokenName } from "../../spoken.ts";
import type { BuildsRowKind, Row } from "../row/row.ts";

/** A path that is fetched or copied. */
export interface TransferRow extends Row {
  readonly kind: "transfer";
  /** The transfer's key (`transferKey`). */
  readonly transfer: string;
  /** For Copy Store Path. */
  readonly storePath: string;
}

export function transferRow(parent: Row, state: TransferState): TransferRow {
  const transfer = transferKey(state);
  return { kind: "transfer", key: `${parent.key} ${transfer}`, id: parent.id, transfer, storePath: state.path, parent };
}

export const transferKind: BuildsRowKind<TransferRow> = {
  item({ key, id, transfer, storePath }, { store, l10n }) {
    const state = store.transfer(id, transfer);
    if (state === undefined) return undefined;
    const label = storePathName(storePath);
    const description = transferDescription(state, l10n);
    return {
      id: key,
      label,
      description,
      tooltip: { markdown: transferTooltip(state, l10n) },
      icon: state.state === "failed" ? failureIcon : transferIcons[directionOf(state)],
      below: "none",
      words: ["transfer", itemWords.storePath],
      spoken: spokenName(stateText(state, l10n), label, transferDetails(state, l10n)),
    };
  },
};

/** `from https://cache.example.org · 1.2 MiB of 3.0 MiB`, `to builder · 14.0 KiB` */
export function transferDescription(transfer: TransferState, l10n: Localiser): string {
  const failed = transfer.state === "failed" ? [stateText(transfer, l10n)] : [];
  return [...failed, ...transferDetails(transfer, l10n)].join(" · ");
}

function stateText({ state }: TransferState, l10n: Localiser): string {
  switch (state) {
    case "running":
      return l10n.t("running");
    case "failed":
      return l10n.t("failed");
    case "done":
      return l10n.t("done");
  }
}

function transferDetails({ from = "", to = "", state, done, expected }: TransferState, l10n: Localiser): string[] {
  const bytes =
    state === "running" && expected !== undefined && expected > done
      ? l10n.t("{0} of {1}", bytesText(done, l10n), bytesText(expected, l10n))
      : bytesText(done, l10n);
  return [
    ...(isOwnStore(from) ? [] : [l10n.t("from {0}", place(from, l10n))]),
    ...(isOwnStore(to) ? [] : [l10n.t("to {0}", place(to, l10n))]),
    // Nix does not count the bytes of all copies.
    ...(done === 0 && state !== "running" ? [] : [bytes]),
  ];
}

/** Nix does not always report the host it copies to: `ssh-ng://`. */
function place(uri: string, l10n: Localiser): string {
  return /^ssh(?:-ng)?:\/\/(?:\?|$)/.test(uri) ? l10n.t("a builder") : storeName(uri);
}

/** All details of a transfer, as Markdown: its path, and the addresses of both stores. */
export function transferTooltip({ path, from = "", to = "" }: TransferState, l10n: Localiser): string {
  const address = (uri: string) => (isOwnStore(uri) ? l10n.t("this machine") : inlineCode(storeAddress(uri)));
  return factsMarkdown(inlineCode(path), [
    [l10n.t("From"), address(from)],
    [l10n.t("To"), address(to)],
  ]);
}
