import { bytesText } from "../../../../../server/src/common/bytes.ts";
import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import type { BuildSummary } from "../../../../../server/src/protocol.ts";
import { transfersIcon } from "../../../builds/icons.ts";
import { arrangeTransfers } from "../../../builds/transfers.ts";
import { spokenRow } from "../../spoken.ts";
import { type BuildsRowKind, pageSize, type Row } from "../row/row.ts";
import { type TransferRow, transferRow } from "./transfer.ts";

/** A build's downloads and uploads; below are the running and failed ones, and the newest of the finished ones. */
export interface TransfersRow extends Row {
  readonly kind: "transfers";
}

export function transfersRow(parent: Row): TransfersRow {
  return { kind: "transfers", key: `${parent.key} transfers`, id: parent.id, parent };
}

export const transfersKind: BuildsRowKind<TransfersRow, TransferRow> = {
  item({ key, id }, { store, l10n }) {
    const build = store.summary(id);
    if (build === undefined) return undefined;
    const label = l10n.t("Transfers");
    const description = transfersText(build, l10n) ?? "";
    return {
      id: key,
      label,
      description,
      icon: transfersIcon,
      below: "closed",
      words: ["transfers"],
      spoken: spokenRow(label, description),
    };
  },

  children(row, { store }) {
    const shown = arrangeTransfers(store.transfers(row.id)).slice(0, pageSize);
    return shown.map(state => transferRow(row, state));
  },
};

/** `2 running · 12.0 MiB of 40.1 MiB · 3.1 MiB/s`; undefined if nothing was transferred. */
export function transfersText({ transfers }: BuildSummary, l10n: Localiser): string | undefined {
  const { running, done, bytesDone, bytesExpected, rate } = transfers;
  if (running + done === 0) return undefined;
  const bytes =
    bytesExpected > bytesDone
      ? l10n.t("{0} of {1}", bytesText(bytesDone, l10n), bytesText(bytesExpected, l10n))
      : bytesText(bytesDone, l10n);
  const count = running === 0 ? l10n.t("{0} done", done) : l10n.t("{0} running", running);
  // Nix does not count the bytes of all copies.
  const amount = bytesDone + bytesExpected === 0 ? [] : [bytes];
  return [count, ...amount, ...(rate === undefined || rate === 0 ? [] : [l10n.t("{0}/s", bytesText(rate, l10n))])].join(
    " · ",
  );
}
