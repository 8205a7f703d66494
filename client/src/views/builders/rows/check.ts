import { bytesText } from "../../../../../server/src/common/bytes.ts";
import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import { escapeMarkdown } from "../../../../../server/src/common/markdown.ts";
import type { Builder, BuilderId } from "../../../../../server/src/protocol.ts";
import { timeText } from "../../../builders/stateText.ts";
import { itemWords } from "../../../manifest.ts";
import { type Fact, factsMarkdown } from "../../../text/facts.ts";
import { spokenName } from "../../spoken.ts";
import type { BuildersRowKind, Row } from "./row.ts";

type Check = NonNullable<Builder["check"]>;

/** When a builder was last checked, and by whom. */
export interface CheckRow extends Row {
  readonly kind: "check";
  readonly builder: BuilderId;
}

export function checkRow({ key, top, builder }: Row & Pick<CheckRow, "builder">): CheckRow {
  return { kind: "check", key: `${key} check`, top, builder };
}

export const checkKind: BuildersRowKind<CheckRow> = {
  item({ key, builder }, { store, l10n, now }) {
    const check = store.builder(builder)?.check;
    if (check === undefined) return undefined;
    const label = l10n.t("Last check");
    const time = timeText(check.at, now(), l10n);
    const description = [...(time === undefined ? [] : [time]), throughText(check, l10n)].join(" · ");
    return {
      id: key,
      label,
      description,
      icon: { id: "history" },
      below: "none",
      words: ["lastCheck", itemWords.check],
      spoken: spokenName("", label, [description]),
    };
  },

  tooltip({ builder }, { store, l10n, now }) {
    const check = store.builder(builder)?.check;
    return check && factsMarkdown("", checkFacts(check, now(), l10n));
  },
};

/** Who connected, because another user has other keys and another known_hosts. */
function throughText({ through }: Check, l10n: Localiser): string {
  return through === "user" ? l10n.t("as your user") : l10n.t("by Nix's daemon, as root");
}

/** What a check found, as facts of a tooltip. `now` in ms. */
export function checkFacts(check: Builder["check"], now: number, l10n: Localiser): readonly Fact[] {
  if (check === undefined) return [[l10n.t("Last check"), l10n.t("none")]];
  const { at, reachable, nixVersion, trusted, processor, emulates = [], freeBytes, problem } = check;
  const time = timeText(at, now, l10n);
  const when = `${new Date(at).toLocaleString()}${time === undefined ? "" : ` (${time})`}`;
  return [
    [l10n.t("Last check"), escapeMarkdown(`${when}, ${throughText(check, l10n)}`)],
    [l10n.t("Result"), escapeMarkdown(reachable ? l10n.t("reachable") : l10n.t("unreachable"))],
    [l10n.t("Nix"), nixVersion === undefined ? undefined : escapeMarkdown(nixVersion)],
    [l10n.t("Trusts its user"), trusted === undefined ? undefined : trusted ? l10n.t("yes") : l10n.t("no")],
    [l10n.t("Processor"), processor === undefined ? undefined : escapeMarkdown(processor)],
    [l10n.t("Emulates"), emulates.length === 0 ? undefined : escapeMarkdown(emulates.join(", "))],
    [l10n.t("Free space"), freeBytes === undefined ? undefined : escapeMarkdown(bytesText(freeBytes, l10n))],
    [l10n.t("Problem"), problem === undefined ? undefined : escapeMarkdown(problem.message)],
  ];
}
