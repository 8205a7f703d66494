import type { Localiser } from "../../../../../server/src/common/localiser.ts";
import type { Builder, BuilderId } from "../../../../../server/src/protocol.ts";
import { slotsOf, usesOf } from "../../../builders/state.ts";
import { spokenName } from "../../spoken.ts";
import type { BuildersRowKind, Row } from "./row.ts";
import { type UseRow, useRow } from "./use.ts";

/** How many derivations a builder builds in parallel, with our builds that use it below. */
export interface SlotsRow extends Row {
  readonly kind: "slots";
  readonly builder: BuilderId;
}

export function slotsRow({ key, top, builder }: Row & Pick<SlotsRow, "builder">): SlotsRow {
  return { kind: "slots", key: `${key} slots`, top, builder };
}

export const slotsKind: BuildersRowKind<SlotsRow, UseRow> = {
  item({ key, builder: id }, { store, builds, l10n }) {
    const builder = store.builder(id);
    if (builder === undefined) return undefined;
    const uses = usesOf(id, builds.unfinished);
    const running = uses.reduce((sum, use) => sum + use.running, 0);
    const label = l10n.t("Slots");
    const description = slotsText(builder, running, l10n);
    return {
      id: key,
      label,
      description,
      icon: { id: "server-process" },
      below: uses.length === 0 ? "none" : "open",
      words: ["slots"],
      tooltip: l10n.t("Only derivations of builds in the Builds view are counted."),
      spoken: spokenName("", label, [description]),
    };
  },

  children(row, { builds }) {
    return usesOf(row.builder, builds.unfinished).map(({ build }) => useRow(row, build));
  },
};

/** `2 of 4 in use · speed factor 2`, `up to 4 parallel jobs` */
function slotsText(builder: Builder, running: number, l10n: Localiser): string {
  const slots = slotsOf(builder);
  const speeds = [...new Set(builder.offers.map(({ speedFactor }) => speedFactor))].filter(speed => speed !== 1);
  return [
    running > 0 ? l10n.t("{0} of {1} in use", running, slots) : freeText(slots, l10n),
    ...(speeds.length === 0 ? [] : [l10n.t("speed factor {0}", speeds.join(", "))]),
  ].join(" · ");
}

function freeText(slots: number, l10n: Localiser): string {
  if (slots === 0) return l10n.t("none ('max-jobs' is 0)");
  return slots === 1 ? l10n.t("1 job at a time") : l10n.t("up to {0} parallel jobs", slots);
}
