import { durationText } from "../../../../../server/src/common/duration.ts";
import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import { escapeMarkdown } from "../../../../../server/src/common/markdown.ts";
import type { BuilderSilence } from "../../../../../server/src/protocol.ts";
import { silenceIcons } from "../../../builds/icons.ts";
import { itemWords } from "../../../manifest.ts";
import { storeName } from "../../../text/storeNames.ts";
import { spokenRow } from "../../spoken.ts";
import type { BuildsRowKind, Row } from "../row/row.ts";

/** `Nothing heard for 40 s · attic`: the time comes first, as the row is narrow. A click opens the log. */
export interface SilenceRow extends Row {
  readonly kind: "silence";
}

export function silenceRow(parent: Row): SilenceRow {
  return { kind: "silence", key: `${parent.key} silence`, id: parent.id, parent };
}

export const silenceKind: BuildsRowKind<SilenceRow> = {
  item({ key, id }, { store, l10n, now }) {
    const { machine, silence } = store.summary(id) ?? {};
    if (machine === undefined || silence === undefined) return undefined;
    const label = silenceText(silence, now(), l10n);
    const description = storeName(silence.builder);
    return {
      id: key,
      label,
      description,
      icon: silenceIcons[silenceKindOf(silence)],
      below: "none",
      words: ["silence", itemWords.log, itemWords.cancel, itemWords.retry],
      click: { kind: "log", log: { id, name: machine } },
      spoken: spokenRow(label, description),
    };
  },

  tooltip({ id }, { store, l10n }) {
    const silence = store.summary(id)?.silence;
    return silence && escapeMarkdown(silenceExplanation(silence, l10n));
  },
};

/** `lost`: the connection may be lost. */
export type SilenceKind = "waiting" | "quiet" | "lost";

function silenceKindOf({ reason, connected }: BuilderSilence): SilenceKind {
  return reason === "waiting" ? "waiting" : connected === true ? "quiet" : "lost";
}

/** @param now in ms. */
function silenceText(silence: BuilderSilence, now: number, l10n: Localiser): string {
  const time = durationText(now - Date.parse(silence.since), l10n);
  switch (silenceKindOf(silence)) {
    case "waiting":
      return l10n.t("Waiting for {0}", time);
    case "quiet":
      return l10n.t("No output for {0}", time);
    case "lost":
      return l10n.t("Nothing heard for {0}", time);
  }
}

function silenceExplanation(silence: BuilderSilence, l10n: Localiser): string {
  const name = storeName(silence.builder);
  switch (silenceKindOf(silence)) {
    case "waiting":
      return l10n.t(
        "Nix waits for a connection to {0}, for a free slot there, or for a lock that another build holds.",
        name,
      );
    case "quiet":
      return l10n.t(
        "The connection to {0} works: if it were lost, the build would fail by itself. Some build steps print nothing for a long time.",
        name,
      );
    case "lost":
      return l10n.t(
        "{0} may be in a step that prints nothing, or it may be out of reach: Nix's daemon opened the connection, and does not notice when it is lost. If the silence is unusual, cancel the build or retry it.",
        name,
      );
  }
}
